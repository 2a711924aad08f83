package io.freehold.managed;

import java.lang.foreign.MemorySegment;

import io.freehold.AllocationException;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A limit below what is used refuses growth and nothing else.
 */
class LoweredLimitTests {

	private static final Layout LAYOUT = Layout.of(100, 4);

	private final ManagedAllocator root = ManagedAllocator.root(Backends.get("system"), (spec) -> spec.limit(1_000));

	private final ManagedAllocator child = this.root.child("child", (spec) -> spec.limit(1_000));

	@AfterEach
	void close() {
		assertThat(this.root.budget().used()).isZero();
		this.root.close();
	}

	private void lower(String level) {
		(level.equals("root") ? this.root : this.child).budget().setLimit(60);
	}

	@ParameterizedTest
	@ValueSource(strings = { "root", "child" })
	void shrinkAndGrowToTheSameSize_succeed(String level) {
		MemorySegment block = this.child.allocate(LAYOUT);
		lower(level);
		block = this.child.grow(block, LAYOUT, LAYOUT);
		block = this.child.growZeroed(block, LAYOUT, Layout.of(100, 8));
		block = this.child.shrink(block, Layout.of(100, 8), Layout.of(80, 8));
		MemorySegment shrunk = this.child.shrink(block, Layout.of(80, 8), Layout.of(50, 16));
		assertThat(this.root.budget().used()).isEqualTo(50);
		this.child.deallocate(shrunk, Layout.of(50, 16));
	}

	@ParameterizedTest
	@ValueSource(strings = { "root", "child" })
	void growth_isRefusedWithTheDifference(String level) {
		MemorySegment block = this.child.allocate(LAYOUT);
		lower(level);
		assertThatExceptionOfType(AllocationException.class)
			.isThrownBy(() -> this.child.grow(block, LAYOUT, Layout.of(101, 4)))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(AllocationException.Reason.LIMIT_EXCEEDED))
			.withMessageContaining("limit 60, used 100, asked 1 ");
		this.child.deallocate(block, LAYOUT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "root", "child" })
	void reallocateByAddress_toASmallerSize_succeeds(String level) {
		GlobalAlloc door = this.child.childBackend("door", (_) -> {
		});
		long address = door.allocate(100, 4);
		lower(level);
		long moved = door.reallocate(address, 100, 4, 40);
		assertThat(moved).isNotZero();
		assertThat(door.reallocate(moved, 40, 4, 90)).isZero();
		door.deallocate(moved, 40, 4);
	}

}
