package io.freehold.conformance;

import java.util.Set;

import io.freehold.Allocator;
import io.freehold.spi.GlobalAlloc;

/**
 * The default methods of {@link Allocator} keep the contract on top of the two required
 * ones.
 */
class DefaultMethodsTests extends ConformanceTests {

	DefaultMethodsTests() {
		super(Set.of(), true);
	}

	@Override
	Allocator over(GlobalAlloc backend) {
		return new TwoMethodAllocator(backend, 0);
	}

}
