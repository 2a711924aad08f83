package io.freehold.managed;

import java.lang.foreign.MemorySegment;

import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.region.Region;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A block that is known to have been freed is called so, whoever has its address now.
 */
class ReusedAddressTests {

	private static final Layout CHUNK = Layout.of(8192, 64);

	private final ReusingAlloc backend = new ReusingAlloc();

	private final ManagedAllocator root = ManagedAllocator.root(this.backend, (spec) -> spec.regionChunkSize(8192));

	private final ManagedAllocator child = this.root.child("child", (_) -> {
	});

	@AfterEach
	void close() {
		this.root.close();
		assertThat(this.root.budget().used()).isZero();
		this.backend.close();
	}

	private static void assertMisuse(Kind kind, ThrowingCallable call) {
		assertThatExceptionOfType(MisuseException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(kind));
	}

	private MemorySegment freed() {
		MemorySegment block = this.child.allocate(CHUNK);
		this.child.deallocate(block, CHUNK);
		return block;
	}

	private void assertCalledFreed(MemorySegment block) {
		assertMisuse(Kind.DOUBLE_FREE, () -> this.child.deallocate(block, CHUNK));
		assertMisuse(Kind.USE_AFTER_FREE, () -> this.child.grow(block, CHUNK, Layout.of(9000, 64)));
		assertMisuse(Kind.USE_AFTER_FREE, () -> this.child.shrink(block, CHUNK, Layout.of(0, 64)));
	}

	@Test
	void doubleFree_ofAnAddressAnotherNodeHas_isADoubleFree() {
		MemorySegment block = freed();
		MemorySegment other = this.root.allocate(CHUNK);
		assertThat(other.address()).isEqualTo(block.address());
		assertCalledFreed(block);
		this.root.deallocate(other, CHUNK);
	}

	@Test
	void doubleFree_ofAnAddressARegionHas_isADoubleFree() {
		MemorySegment block = freed();
		try (Region region = this.child.openRegion()) {
			assertThat(region.allocate(Layout.ofBytes(8)).address()).isEqualTo(block.address());
			assertCalledFreed(block);
		}
	}

	@Test
	void regionsLargeBlock_withAnotherAlignment_isAMismatch() {
		Layout large = Layout.of(100_000, 64);
		Layout smaller = Layout.of(90_000, 16);
		try (Region region = this.child.openRegion()) {
			MemorySegment block = region.allocate(large);
			assertMisuse(Kind.LAYOUT_MISMATCH, () -> region.deallocate(block, Layout.of(100_000, 8)));
			MemorySegment shrunk = region.shrink(block, large, smaller);
			assertMisuse(Kind.LAYOUT_MISMATCH, () -> region.deallocate(shrunk, Layout.of(90_000, 64)));
			region.deallocate(shrunk, smaller);
			assertThat(this.root.budget().used()).isZero();
		}
	}

}
