package io.freehold.conformance;

import java.util.Set;

import io.freehold.Allocator;
import io.freehold.global.Global;
import io.freehold.spi.GlobalAlloc;

/**
 * A borrowed view of {@code Global.over(backend)} keeps the contract.
 */
class BorrowedGlobalTests extends ConformanceTests {

	BorrowedGlobalTests() {
		super(Set.of(), true);
	}

	@Override
	Allocator over(GlobalAlloc backend) {
		return Global.over(backend).byRef();
	}

}
