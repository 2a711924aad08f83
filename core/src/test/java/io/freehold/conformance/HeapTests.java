package io.freehold.conformance;

import java.util.EnumSet;

import io.freehold.Allocator;
import io.freehold.MisuseException.Kind;
import io.freehold.managed.Heap;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A heap keeps the contract and sees all misuse.
 */
class HeapTests extends ConformanceTests {

	HeapTests() {
		super(EnumSet.allOf(Kind.class), true);
	}

	@Override
	Allocator over(GlobalAlloc backend) {
		return ManagedAllocator.root(backend, (spec) -> spec.limit(1L << 40))
			.child("sessions", (spec) -> spec.limitPerRegion(1L << 30))
			.openHeap();
	}

	@Override
	void close(Allocator allocator) {
		Heap heap = (Heap) allocator;
		assertThat(heap.used()).isZero();
		heap.close();
		assertThat(heap.isClosed()).isTrue();
	}

}
