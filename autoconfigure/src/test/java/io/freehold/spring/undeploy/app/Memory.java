package io.freehold.spring.undeploy.app;

import java.lang.foreign.MemorySegment;

import io.freehold.Allocator;
import io.freehold.Layout;

/**
 * What the application does with memory.
 */
final class Memory {

	static final Layout LAYOUT = Layout.of(64, 8);

	private static final Layout LARGE = Layout.of(100_000, 8);

	private Memory() {
	}

	/** Takes memory and frees it, small and large. */
	static void use(Allocator allocator) {
		use(allocator, LAYOUT);
		use(allocator, LARGE);
	}

	private static void use(Allocator allocator, Layout layout) {
		MemorySegment block = allocator.allocate(layout);
		block.fill((byte) 1);
		allocator.deallocate(block, layout);
	}

	/** Takes memory that is freed when its lifetime ends. */
	static void leave(Allocator allocator) {
		use(allocator);
		allocator.allocate(LAYOUT).fill((byte) 2);
	}

}
