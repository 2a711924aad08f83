package io.freehold.contract;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.Stream;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.LayoutException;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What an allocator sees of misuse it reports with the right kind, and changes nothing.
 * Tries the kinds in {@link #detectedMisuse()}.
 */
public interface MisuseContract extends AllocatorUnderTest {

	/** The layout of the block that is misused. */
	Layout MISUSED = Layout.of(48, 16);

	@TestFactory
	@DisplayName("C misuse that the allocator says it sees")
	default Stream<DynamicTest> misuse_detectedKind_reported() {
		return Stream
			.of(misuse(Kind.LAYOUT_MISMATCH, "C01 freed with another alignment", this::freedWithWrongAlignment),
					misuse(Kind.LAYOUT_MISMATCH, "C02 freed with another size", this::freedWithWrongSize),
					misuse(Kind.LAYOUT_MISMATCH, "C04 resized with a wrong old size", this::resizedWithWrongSize),
					misuse(Kind.LAYOUT_MISMATCH, "C06 old block used after it grew", this::oldBlockUsedAfterGrow),
					misuse(Kind.LAYOUT_MISMATCH, "A12 old block refused even at the same address",
							this::oldBlockUsedAfterShrink),
					misuse(Kind.DOUBLE_FREE, "C03 freed twice", this::freedTwice),
					misuse(Kind.USE_AFTER_FREE, "C05 resized after it was freed", this::resizedAfterFree),
					misuse(Kind.UNKNOWN_BLOCK, "C08 a heap segment freed", this::heapSegmentFreed),
					misuse(Kind.UNKNOWN_BLOCK, "C08 memory of another origin freed", this::foreignBlockFreed),
					misuse(Kind.INTERIOR_POINTER, "C13 an address inside a block freed", this::interiorPointerFreed))
			.filter((misuse) -> detectedMisuse().contains(misuse.kind))
			.map((misuse) -> DynamicTest.dynamicTest(misuse.name, misuse.script));
	}

	private static Misuse misuse(Kind kind, String name, Executable script) {
		return new Misuse(kind, name, script);
	}

	@Test
	@DisplayName("C09 a size beyond the largest is no layout")
	default void layout_sizeTooLarge_refused() {
		assertThatExceptionOfType(LayoutException.class)
			.isThrownBy(() -> allocator().allocate(Layout.of(Long.MAX_VALUE, 2)));
		assertThatExceptionOfType(LayoutException.class).isThrownBy(() -> allocator().allocate(Layout.of(-1, 1)));
	}

	@Test
	@DisplayName("C10 an alignment that is no power of two is no layout")
	default void layout_alignmentNoPowerOfTwo_refused() {
		assertThatExceptionOfType(LayoutException.class).isThrownBy(() -> allocator().allocate(Layout.of(24, 24)))
			.withMessage("alignment must be a power of two: 24");
	}

	private void freedWithWrongAlignment() {
		withBlock((block) -> {
			assertMisuse(Kind.LAYOUT_MISMATCH, () -> allocator().deallocate(block, Layout.of(48, 32)))
				.withMessageContaining("48")
				.withMessageContaining("32")
				.withMessageContaining("16");
			assertMisuse(Kind.LAYOUT_MISMATCH, () -> allocator().deallocate(block, Layout.of(48, 8)));
		});
	}

	private void freedWithWrongSize() {
		withBlock((block) -> {
			assertMisuse(Kind.LAYOUT_MISMATCH, () -> allocator().deallocate(block, Layout.of(47, 16)))
				.withMessageContaining("47")
				.withMessageContaining("48");
			assertMisuse(Kind.LAYOUT_MISMATCH,
					() -> allocator().deallocate(block, Layout.of(block.byteSize() + 1, 16)));
			assertMisuse(Kind.LAYOUT_MISMATCH, () -> allocator().deallocate(block, Layout.of(0, 16)));
		});
	}

	private void resizedWithWrongSize() {
		withBlock((block) -> {
			Layout wrong = Layout.of(40, 16);
			assertMisuse(Kind.LAYOUT_MISMATCH, () -> allocator().grow(block, wrong, Layout.of(80, 16)));
			assertMisuse(Kind.LAYOUT_MISMATCH, () -> allocator().growZeroed(block, wrong, Layout.of(80, 32)));
			assertMisuse(Kind.LAYOUT_MISMATCH, () -> allocator().shrink(block, wrong, Layout.of(8, 16)));
		});
	}

	private void oldBlockUsedAfterGrow() {
		Allocator allocator = allocator();
		MemorySegment old = allocator.allocate(MISUSED);
		Layout larger = Layout.of(1000, 16);
		MemorySegment block = allocator.grow(old, MISUSED, larger);
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> allocator.deallocate(old, MISUSED));
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> allocator.grow(old, MISUSED, larger));
		block.fill((byte) 1);
		allocator.deallocate(block, larger);
	}

	private void oldBlockUsedAfterShrink() {
		Allocator allocator = allocator();
		MemorySegment old = allocator.allocate(MISUSED);
		Layout smaller = Layout.of(47, 16);
		MemorySegment block = allocator.shrink(old, MISUSED, smaller);
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> allocator.deallocate(old, MISUSED));
		block.fill((byte) 1);
		allocator.deallocate(block, smaller);
	}

	private void freedTwice() {
		MemorySegment block = allocator().allocate(MISUSED);
		allocator().deallocate(block, MISUSED);
		assertMisuse(Kind.DOUBLE_FREE, () -> allocator().deallocate(block, MISUSED))
			.withMessageContaining("0x" + Long.toHexString(block.address()));
	}

	private void resizedAfterFree() {
		MemorySegment block = allocator().allocate(MISUSED);
		allocator().deallocate(block, MISUSED);
		assertMisuse(Kind.USE_AFTER_FREE, () -> allocator().grow(block, MISUSED, Layout.of(96, 16)));
		assertMisuse(Kind.USE_AFTER_FREE, () -> allocator().growZeroed(block, MISUSED, Layout.of(96, 64)));
		assertMisuse(Kind.USE_AFTER_FREE, () -> allocator().shrink(block, MISUSED, Layout.of(16, 16)));
	}

	private void heapSegmentFreed() {
		withBlock((block) -> {
			MemorySegment heap = MemorySegment.ofArray(new byte[48]);
			assertMisuse(Kind.UNKNOWN_BLOCK, () -> allocator().deallocate(heap, Layout.ofBytes(48)));
			assertMisuse(Kind.UNKNOWN_BLOCK, () -> allocator().grow(heap, Layout.ofBytes(48), Layout.ofBytes(60)));
			assertMisuse(Kind.UNKNOWN_BLOCK, () -> allocator().shrink(heap, Layout.ofBytes(48), Layout.ofBytes(20)));
		});
	}

	private void foreignBlockFreed() {
		try (Arena arena = Arena.ofConfined()) {
			MemorySegment foreign = arena.allocate(48, 16);
			assertMisuse(Kind.UNKNOWN_BLOCK, () -> allocator().deallocate(foreign, MISUSED));
			assertMisuse(Kind.UNKNOWN_BLOCK, () -> allocator().grow(foreign, MISUSED, Layout.of(96, 16)));
			foreign.fill((byte) 1);
		}
	}

	private void interiorPointerFreed() {
		withBlock((block) -> assertMisuse(Kind.INTERIOR_POINTER,
				() -> allocator().deallocate(block.asSlice(16), Layout.of(32, 16))));
	}

	/** Runs a misuse of a block and verifies that it has changed nothing. */
	private void withBlock(BlockUse use) {
		Allocator allocator = allocator();
		MemorySegment block = allocator.allocate(MISUSED);
		block.fill((byte) 5);
		use.with(block);
		assertThat(block.toArray(ValueLayout.JAVA_BYTE)).containsOnly(5);
		block.fill((byte) 6);
		allocator.deallocate(block, MISUSED);
	}

	private static ThrowableAssertAlternative<MisuseException> assertMisuse(Kind kind, ThrowingCallable call) {
		return assertThatExceptionOfType(MisuseException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(kind));
	}

	/**
	 * Something done with a block.
	 */
	@FunctionalInterface
	interface BlockUse {

		/**
		 * Does it.
		 * @param block the block
		 */
		void with(MemorySegment block);

	}

	/**
	 * A misuse.
	 *
	 * @param kind what it is reported as
	 * @param name the name of the test
	 * @param script what is done
	 */
	record Misuse(Kind kind, String name, Executable script) {

	}

}
