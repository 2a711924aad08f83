package io.freehold.conformance;

import io.freehold.Allocator;
import io.freehold.contract.AllocatorContract;
import io.freehold.global.Global;

import org.junit.jupiter.api.Nested;

/**
 * {@code Global.allocator()} and its view keep the contract.
 */
class GlobalAllocatorTests extends AllocatorContract {

	@Override
	public Allocator allocator() {
		return Global.allocator();
	}

	@Nested
	class Borrowed extends AllocatorContract {

		@Override
		public Allocator allocator() {
			return Global.allocator().byRef();
		}

	}

}
