package io.freehold.conformance;

import java.util.EnumSet;

import io.freehold.Allocator;
import io.freehold.MisuseException.Kind;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;

/**
 * The root of a tree keeps the contract and sees all misuse.
 */
class ManagedRootTests extends ConformanceTests {

	ManagedRootTests() {
		super(EnumSet.allOf(Kind.class), true);
	}

	@Override
	Allocator over(GlobalAlloc backend) {
		return ManagedAllocator.root(backend, (spec) -> spec.limit(1L << 40));
	}

	@Override
	void close(Allocator allocator) {
		((ManagedAllocator) allocator).close();
	}

}
