package io.freehold.spi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The default methods of a backend.
 */
class GlobalAllocTests {

	private final Arena arena = Arena.ofConfined();

	private final Slots backend = new Slots(this.arena);

	@AfterEach
	void close() {
		this.arena.close();
	}

	@Test
	@DisplayName("G01 the default allocateZeroed allocates once and zeroes exactly the size")
	void allocateZeroed_default_zeroesExactly() {
		long address = this.backend.allocateZeroed(10, 2);
		assertThat(this.backend.calls).containsExactly("alloc(10,2)");
		assertThat(this.backend.slot(address).asSlice(0, 10).toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
		assertThat(this.backend.slot(address).asSlice(10).toArray(ValueLayout.JAVA_BYTE)).containsOnly(Slots.GARBAGE);
	}

	@Test
	@DisplayName("G01 the default allocateZeroed passes a refusal on")
	void allocateZeroed_refused_zero() {
		this.backend.refuse = true;
		assertThat(this.backend.allocateZeroed(10, 2)).isZero();
		assertThat(this.backend.calls).containsExactly("alloc(10,2)");
	}

	@Test
	@DisplayName("G02 the default reallocate allocates, copies what fits and frees the old block")
	void reallocate_default_copiesSmallerSize() {
		long address = this.backend.allocate(10, 4);
		this.backend.slot(address).fill((byte) 7);
		long grown = this.backend.reallocate(address, 10, 4, 20);
		assertThat(this.backend.slot(grown).asSlice(0, 10).toArray(ValueLayout.JAVA_BYTE)).containsOnly(7);
		assertThat(this.backend.slot(grown).asSlice(10).toArray(ValueLayout.JAVA_BYTE)).containsOnly(Slots.GARBAGE);
		long shrunk = this.backend.reallocate(grown, 20, 4, 5);
		assertThat(this.backend.slot(shrunk).asSlice(0, 5).toArray(ValueLayout.JAVA_BYTE)).containsOnly(7);
		assertThat(this.backend.slot(shrunk).asSlice(5).toArray(ValueLayout.JAVA_BYTE)).containsOnly(Slots.GARBAGE);
		assertThat(this.backend.calls).containsExactly("alloc(10,4)", "alloc(20,4)", "dealloc(10,4)", "alloc(5,4)",
				"dealloc(20,4)");
	}

	@Test
	@DisplayName("G03 the default reallocate, refused, frees nothing and keeps the bytes")
	void reallocate_refused_oldBlockIntact() {
		long address = this.backend.allocate(10, 4);
		this.backend.slot(address).fill((byte) 7);
		this.backend.refuse = true;
		assertThat(this.backend.reallocate(address, 10, 4, 20)).isZero();
		assertThat(this.backend.reallocate(address, 10, 4, 5)).isZero();
		assertThat(this.backend.calls).containsExactly("alloc(10,4)", "alloc(20,4)", "alloc(5,4)");
		assertThat(this.backend.slot(address).toArray(ValueLayout.JAVA_BYTE)).containsOnly(7);
	}

	@Test
	@DisplayName("G02 the default reallocate frees the new block if the old one cannot be freed")
	void reallocate_freeingTheOldBlockFails_newBlockIsFreed() {
		long address = this.backend.allocate(10, 4);
		this.backend.faults = 1;
		assertThatIllegalStateException().isThrownBy(() -> this.backend.reallocate(address, 10, 4, 20));
		assertThat(this.backend.calls).containsExactly("alloc(10,4)", "alloc(20,4)", "dealloc(10,4)", "dealloc(20,4)");
	}

	@Test
	@DisplayName("G01 the default allocateZeroed frees a block that cannot be zeroed")
	void allocateZeroed_zeroingFails_blockIsFreed() {
		// where no segment reaches, so that nothing is written
		this.backend.fixed = Long.MAX_VALUE - 7;
		assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> this.backend.allocateZeroed(64, 8));
		assertThat(this.backend.calls).containsExactly("alloc(64,8)", "dealloc(64,8)");
	}

	@Test
	@DisplayName("G02 the default name is that of the class")
	void name_default_simpleClassName() {
		assertThat(this.backend.name()).isEqualTo("Slots");
	}

	@Test
	@DisplayName("G02 the default name of an anonymous class is not empty")
	void name_anonymousClass_lastPartOfItsName() {
		GlobalAlloc anonymous = new GlobalAlloc() {

			@Override
			public long allocate(long size, long alignment) {
				return 0;
			}

			@Override
			public void deallocate(long address, long size, long alignment) {
				throw new AssertionError("nothing was allocated");
			}

		};
		assertThat(anonymous.name()).isEqualTo("GlobalAllocTests$1");
	}

	@Test
	@DisplayName("G09 availability says why not, and what would help")
	void availability_toString_saysWhyAndFix() {
		assertThat(Availability.yes()).hasToString("available").isEqualTo(new Availability(true, "", ""));
		assertThat(Availability.no("no library", "install it")).hasToString("not available: no library; install it");
		assertThat(Availability.no("no library", "")).hasToString("not available: no library");
	}

	/** Hands out slots of 64 bytes, full of garbage. */
	private static final class Slots implements GlobalAlloc {

		private static final byte GARBAGE = (byte) 0xEE;

		private final MemorySegment memory;

		private final List<String> calls = new ArrayList<>();

		private long next;

		private boolean refuse;

		private int faults;

		private long fixed;

		Slots(Arena arena) {
			this.memory = arena.allocate(640, 64).fill(GARBAGE);
		}

		MemorySegment slot(long address) {
			return this.memory.asSlice(address - this.memory.address(), 64);
		}

		@Override
		public long allocate(long size, long alignment) {
			this.calls.add("alloc(" + size + "," + alignment + ")");
			if (this.refuse) {
				return 0;
			}
			if (this.fixed != 0) {
				return this.fixed;
			}
			this.next += 64;
			return this.memory.address() + this.next - 64;
		}

		@Override
		public void deallocate(long address, long size, long alignment) {
			this.calls.add("dealloc(" + size + "," + alignment + ")");
			if (this.faults-- > 0) {
				throw new IllegalStateException("on purpose");
			}
		}

	}

}
