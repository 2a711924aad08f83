package io.freehold.conformance;

import java.util.Set;

import io.freehold.Allocator;
import io.freehold.global.Global;
import io.freehold.spi.GlobalAlloc;

/**
 * {@code Global.over(backend)} keeps the contract.
 */
class GlobalOverTests extends ConformanceTests {

	GlobalOverTests() {
		super(Set.of(), true);
	}

	@Override
	Allocator over(GlobalAlloc backend) {
		return Global.over(backend);
	}

}
