package io.freehold.conformance;

import java.util.EnumSet;

import io.freehold.Allocator;
import io.freehold.MisuseException.Kind;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A managed allocator two levels below its root, with limits on the way, keeps the
 * contract and sees all misuse.
 */
class ManagedGrandchildTests extends ConformanceTests {

	ManagedGrandchildTests() {
		super(EnumSet.allOf(Kind.class), true);
	}

	@Override
	Allocator over(GlobalAlloc backend) {
		return ManagedAllocator.root(backend, (spec) -> spec.limit(1L << 40))
			.child("service", (spec) -> spec.limit(1L << 30))
			.child("cache", (spec) -> spec.limit(64 << 20).softLimit(32 << 20));
	}

	@Override
	void close(Allocator allocator) {
		ManagedAllocator child = ((ManagedAllocator) allocator).parent().orElseThrow();
		ManagedAllocator root = child.parent().orElseThrow();
		assertThat(root.budget().used()).isZero();
		assertThat(child.budget().used()).isZero();
		root.close();
		assertThat(((ManagedAllocator) allocator).isClosed()).isTrue();
	}

}
