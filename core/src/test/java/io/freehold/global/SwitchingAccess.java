package io.freehold.global;

import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;

/**
 * For tests in other packages.
 */
public final class SwitchingAccess {

	private SwitchingAccess() {
	}

	/** Returns a backend for {@code Global} that takes from an allocator. */
	public static GlobalAlloc over(ManagedAllocator allocator) {
		SwitchingAlloc switching = new SwitchingAlloc();
		switching.attach(allocator, "test", (_) -> {
		});
		return switching;
	}

}
