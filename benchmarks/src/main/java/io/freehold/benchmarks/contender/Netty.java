package io.freehold.benchmarks.contender;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;

/**
 * Netty's allocators.
 */
public final class Netty {

	private Netty() {
	}

	static ByteBufAllocator adaptive() {
		return Adaptive.ALLOCATOR;
	}

	static ByteBufAllocator adaptiveTuned() {
		return Tuned.ALLOCATOR;
	}

	/**
	 * Returns the pooled allocator.
	 */
	public static PooledByteBufAllocator pooled() {
		return PooledByteBufAllocator.DEFAULT;
	}

	private static final class Adaptive {

		static final ByteBufAllocator ALLOCATOR = new AdaptiveByteBufAllocator(true);

	}

	private static final class Tuned {

		/**
		 * Uses magazines local to the thread for every thread that cleans up fast thread
		 * locals; by default only event loops get them, and others share magazines under
		 * a lock.
		 */
		static final ByteBufAllocator ALLOCATOR = new AdaptiveByteBufAllocator(true, true);

	}

}
