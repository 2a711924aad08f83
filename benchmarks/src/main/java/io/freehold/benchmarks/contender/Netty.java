package io.freehold.benchmarks.contender;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;

/**
 * Netty's allocators, in the configuration that is fastest for them.
 */
public final class Netty {

	private Netty() {
	}

	static ByteBufAllocator adaptive() {
		return Adaptive.ALLOCATOR;
	}

	/**
	 * Returns the pooled allocator.
	 */
	public static PooledByteBufAllocator pooled() {
		return PooledByteBufAllocator.DEFAULT;
	}

	private static final class Adaptive {

		/**
		 * Uses magazines local to the thread for every thread that cleans up fast thread
		 * locals; by default only event loops get them, and others share magazines under
		 * a lock.
		 */
		static final ByteBufAllocator ALLOCATOR = new AdaptiveByteBufAllocator(true, true);

	}

}
