package io.freehold.conformance;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.backend.Backends;
import io.freehold.contract.CheckedAlloc;
import io.freehold.global.Global;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;
import io.freehold.spi.GlobalAlloc;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Misuse that takes more than one allocator.
 */
class TreeMisuseTests {

	private static final Layout LAYOUT = Layout.of(48, 16);

	private final CheckedAlloc checked = new CheckedAlloc(Backends.get("system"));

	private final ManagedAllocator root = ManagedAllocator.root(this.checked, (_) -> {
	});

	private final ManagedAllocator first = this.root.child("first", (_) -> {
	});

	private final ManagedAllocator second = this.root.child("second", (_) -> {
	});

	@AfterEach
	void close() {
		this.root.close();
		this.checked.verifyAllReturned();
	}

	private static ThrowableAssertAlternative<MisuseException> assertMisuse(Kind kind, ThrowingCallable call) {
		return assertThatExceptionOfType(MisuseException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(kind));
	}

	@Test
	@DisplayName("C07 a block of another allocator of the tree is refused, naming its owner")
	void deallocate_siblingsBlock_wrongAllocator() {
		MemorySegment block = this.first.allocate(LAYOUT).fill((byte) 5);
		for (Allocator other : new Allocator[] { this.second, this.root, this.second.byRef() }) {
			assertMisuse(Kind.WRONG_ALLOCATOR, () -> other.deallocate(block, LAYOUT))
				.withMessageContaining("root/first");
			assertMisuse(Kind.WRONG_ALLOCATOR, () -> other.grow(block, LAYOUT, Layout.of(96, 16)));
			assertMisuse(Kind.WRONG_ALLOCATOR, () -> other.growZeroed(block, LAYOUT, Layout.of(96, 32)));
			assertMisuse(Kind.WRONG_ALLOCATOR, () -> other.shrink(block, LAYOUT, Layout.of(8, 16)));
			assertMisuse(Kind.WRONG_ALLOCATOR, () -> other.shrink(block, LAYOUT, Layout.of(0, 16)));
		}
		assertThat(block.toArray(ValueLayout.JAVA_BYTE)).containsOnly(5);
		assertThat(this.first.budget().used()).isEqualTo(48);
		this.first.deallocate(block, LAYOUT);
		assertThat(this.root.budget().used()).isZero();
	}

	@Test
	@DisplayName("C07 blocks of Global and of a tree do not mix, even over one backend")
	void deallocate_blockOfGlobal_unknown() {
		Allocator global = Global.over(this.checked);
		MemorySegment block = global.allocate(LAYOUT);
		assertMisuse(Kind.UNKNOWN_BLOCK, () -> this.root.deallocate(block, LAYOUT));
		global.deallocate(block, LAYOUT);
		ManagedAllocator other = ManagedAllocator.root(this.checked, (_) -> {
		});
		MemorySegment foreign = other.allocate(LAYOUT);
		assertMisuse(Kind.UNKNOWN_BLOCK, () -> this.root.deallocate(foreign, LAYOUT));
		other.deallocate(foreign, LAYOUT);
		other.close();
	}

	@ParameterizedTest(name = "{0} bytes")
	@ValueSource(longs = { 48, 3000, 100_000 })
	@DisplayName("C07 a block of a region is refused by the allocator below it")
	void deallocate_regionsBlock_refusedByParent(long size) {
		Layout layout = Layout.of(size, 16);
		Region region = this.first.openRegion();
		MemorySegment block = region.allocate(layout).fill((byte) 5);
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> this.first.deallocate(block, layout));
		assertThatExceptionOfType(MisuseException.class)
			.isThrownBy(() -> this.first.grow(block, layout, Layout.of(2 * size, 16)));
		assertThat(block.toArray(ValueLayout.JAVA_BYTE)).containsOnly(5);
		region.close();
		assertThat(this.root.budget().used()).isZero();
	}

	@Test
	@DisplayName("C07 a block of an allocator is refused by its region, and one region's by another")
	void deallocate_foreignBlock_refusedByRegion() {
		Region region = this.first.openSharedRegion();
		Region other = this.first.openRegion();
		region.allocate(LAYOUT);
		MemorySegment block = this.first.allocate(LAYOUT);
		assertMisuse(Kind.UNKNOWN_BLOCK, () -> region.deallocate(block, LAYOUT));
		MemorySegment otherBlock = other.allocate(LAYOUT);
		assertMisuse(Kind.UNKNOWN_BLOCK, () -> region.deallocate(otherBlock, LAYOUT));
		this.first.deallocate(block, LAYOUT);
		other.close();
		region.close();
	}

	@Test
	@DisplayName("C13 a region sees addresses inside a block with a chunk of its own")
	void deallocate_insideLargeBlock_interiorPointer() {
		Layout large = Layout.of(100_000, 16);
		Region region = this.first.openRegion();
		MemorySegment block = region.allocate(large);
		assertMisuse(Kind.INTERIOR_POINTER, () -> region.deallocate(block.asSlice(16), Layout.of(99_984, 16)));
		assertMisuse(Kind.LAYOUT_MISMATCH, () -> region.deallocate(block, Layout.of(99_999, 16)));
		region.deallocate(block, large);
		assertMisuse(Kind.DOUBLE_FREE, () -> region.deallocate(block, large));
		region.close();
	}

	@Test
	@DisplayName("C12 blocks still live at the end are counted with their bytes")
	void close_liveBlocks_counted() {
		this.first.allocate(LAYOUT);
		this.first.allocate(Layout.ofBytes(100));
		this.first.close();
		assertThat(this.root.stats().leakedBlocks()).isEqualTo(2);
		assertThat(this.root.stats().leakedBytes()).isEqualTo(148);
		assertThat(this.checked.liveBytes()).isZero();
		assertThat(this.root.budget().used()).isZero();
	}

	@Test
	@DisplayName("C03 C02 a tree behind raw addresses sees wrong frees too")
	void deallocate_rawAddress_refused() {
		GlobalAlloc backend = this.root.childBackend("raw", (_) -> {
		});
		long block = backend.allocate(48, 16);
		assertMisuse(Kind.LAYOUT_MISMATCH, () -> backend.deallocate(block, 47, 16));
		assertMisuse(Kind.LAYOUT_MISMATCH, () -> backend.reallocate(block, 48, 8, 96));
		assertMisuse(Kind.WRONG_ALLOCATOR, () -> this.first.deallocate(MemorySegment.ofAddress(block), LAYOUT));
		backend.deallocate(block, 48, 16);
		assertMisuse(Kind.UNKNOWN_BLOCK, () -> backend.deallocate(block, 48, 16));
	}

}
