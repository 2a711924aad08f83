package io.freehold.conformance;

import java.util.EnumSet;

import io.freehold.Allocator;
import io.freehold.MisuseException.Kind;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;
import io.freehold.spi.GlobalAlloc;

/**
 * A confined region keeps the contract; its memory comes back when it closes.
 */
class ConfinedRegionTests extends ConformanceTests {

	ConfinedRegionTests() {
		super(EnumSet.of(Kind.UNKNOWN_BLOCK, Kind.DOUBLE_FREE, Kind.USE_AFTER_FREE), false);
	}

	@Override
	Allocator over(GlobalAlloc backend) {
		return ManagedAllocator.root(backend, (_) -> {
		}).openRegion();
	}

	@Override
	void close(Allocator allocator) {
		((Region) allocator).close();
	}

}
