package io.freehold;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

import io.freehold.AllocationException.Reason;
import io.freehold.backend.Backends;
import io.freehold.contract.CheckedAlloc;
import io.freehold.contract.FailingAlloc;
import io.freehold.conformance.TwoMethodAllocator;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The default methods, call by call, and the borrowed view.
 */
class AllocatorTests {

	private final CheckedAlloc checked = new CheckedAlloc(Backends.get("system"));

	private final FailingAlloc failing = new FailingAlloc(this.checked);

	private final TwoMethodAllocator allocator = new TwoMethodAllocator(this.failing, 6);

	@Test
	@DisplayName("A14 the defaults make the calls, and keep the bytes, of the traced ones")
	void defaults_traceScript_sameCallsAndBytes() {
		MemorySegment block = this.allocator.allocateZeroed(Layout.of(10, 2));
		assertThat(block.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(bytes(16, 0, 16, 0));
		block.fill((byte) 7);
		block = this.allocator.grow(block, Layout.of(10, 2), Layout.of(20, 4));
		assertThat(block.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(bytes(26, 7, 10, 238));
		block = this.allocator.growZeroed(block, Layout.of(12, 4), Layout.of(30, 4));
		assertThat(block.asSlice(0, 12).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(bytes(12, 7, 10, 238));
		assertThat(block.asSlice(12).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(bytes(24, 0, 24, 0));
		block = this.allocator.shrink(block, Layout.of(30, 4), Layout.of(5, 1));
		assertThat(block.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(bytes(11, 7, 5, 238));
		MemorySegment nothing = this.allocator.shrink(block, Layout.of(5, 1), Layout.of(0, 1));
		assertThat(nothing.byteSize()).isEqualTo(6);
		this.failing.exhausted(true);
		assertThatExceptionOfType(AllocationException.class)
			.isThrownBy(() -> this.allocator.grow(nothing, Layout.of(0, 1), Layout.of(9, 1)));
		assertThat(this.allocator.calls()).containsExactly("allocate(10,2)", "allocate(20,4)", "deallocate(10,2)",
				"allocate(30,4)", "deallocate(12,4)", "allocate(5,1)", "deallocate(30,4)", "allocate(0,1)",
				"deallocate(5,1)", "allocate(9,1)");
		this.allocator.deallocate(nothing, Layout.of(0, 1));
		this.checked.verifyAllReturned();
	}

	private static byte[] bytes(int length, int value, int until, int rest) {
		byte[] bytes = new byte[length];
		for (int i = 0; i < length; i++) {
			bytes[i] = (byte) ((i < until) ? value : rest);
		}
		return bytes;
	}

	@Test
	@DisplayName("A13 the defaults refuse the wrong direction before any call")
	void defaults_wrongDirection_noCall() {
		MemorySegment block = this.allocator.allocate(Layout.of(10, 2));
		this.allocator.calls().clear();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.allocator.grow(block, Layout.of(10, 2), Layout.of(9, 2)));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.allocator.growZeroed(block, Layout.of(10, 2), Layout.of(9, 2)));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.allocator.shrink(block, Layout.of(10, 2), Layout.of(11, 2)));
		assertThat(this.allocator.calls()).isEmpty();
		this.allocator.deallocate(block, Layout.of(10, 2));
	}

	@Test
	@DisplayName("A15 a refused zeroed allocation writes nothing")
	void allocateZeroed_refused_nothingWritten() {
		this.failing.exhausted(true);
		assertThatExceptionOfType(AllocationException.class)
			.isThrownBy(() -> this.allocator.allocateZeroed(Layout.of(10, 2)))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.EXHAUSTED));
		assertThat(this.allocator.calls()).containsExactly("allocate(10,2)");
		assertThat(this.checked.liveBytes()).isZero();
	}

	@Test
	@DisplayName("A11 if the old block cannot be freed, the new one goes back")
	void defaults_freeRefused_newBlockGoesBack() {
		TwoMethodAllocator picky = new TwoMethodAllocator(this.checked, 0);
		Allocator refusing = new Refusing(picky);
		MemorySegment block = refusing.allocate(Layout.of(24, 8));
		long before = this.checked.liveBytes();
		assertThatExceptionOfType(MisuseException.class)
			.isThrownBy(() -> refusing.grow(block, Layout.of(16, 8), Layout.of(100, 8)));
		assertThatExceptionOfType(MisuseException.class)
			.isThrownBy(() -> refusing.shrink(block, Layout.of(16, 8), Layout.of(8, 8)));
		assertThat(this.checked.liveBytes()).isEqualTo(before);
		refusing.deallocate(block, Layout.of(24, 8));
		this.checked.verifyAllReturned();
	}

	/** Refuses to free with a size of 16. */
	private record Refusing(Allocator target) implements Allocator {

		@Override
		public MemorySegment allocate(Layout layout) {
			return this.target.allocate(layout);
		}

		@Override
		public void deallocate(MemorySegment block, Layout layout) {
			if (layout.size() == 16) {
				throw new MisuseException(MisuseException.Kind.LAYOUT_MISMATCH, "16");
			}
			this.target.deallocate(block, layout);
		}

	}

	@Test
	@DisplayName("A17 a borrowed view forwards all six methods, however often it is lent")
	void byRef_allSixMethods_forwarded() {
		Counting counting = new Counting();
		for (Allocator view : List.of(counting.byRef(), counting.byRef().byRef())) {
			counting.calls.clear();
			Layout layout = Layout.of(8, 8);
			MemorySegment block = MemorySegment.NULL;
			view.allocate(layout);
			view.allocateZeroed(layout);
			view.grow(block, layout, layout);
			view.growZeroed(block, layout, layout);
			view.shrink(block, layout, layout);
			view.deallocate(block, layout);
			assertThat(counting.calls).containsExactly("allocate", "allocateZeroed", "grow", "growZeroed", "shrink",
					"deallocate");
		}
	}

	@Test
	@DisplayName("A16 views of one allocator are equal, those of two are not, and none can be closed")
	void byRef_identity_ofTheAllocator() {
		Counting counting = new Counting();
		assertThat(counting.byRef()).isEqualTo(counting.byRef()).hasSameHashCodeAs(counting.byRef());
		assertThat(counting.byRef()).isNotEqualTo(new Counting().byRef());
		assertThat(counting.byRef().byRef()).isEqualTo(counting.byRef());
		assertThat(counting.byRef()).isNotInstanceOf(AutoCloseable.class).hasToString("counting");
	}

	/** Writes down which of the six methods is called. */
	private static final class Counting implements Allocator {

		private final List<String> calls = new ArrayList<>();

		private MemorySegment called(String method) {
			this.calls.add(method);
			return MemorySegment.NULL;
		}

		@Override
		public MemorySegment allocate(Layout layout) {
			return called("allocate");
		}

		@Override
		public void deallocate(MemorySegment block, Layout layout) {
			called("deallocate");
		}

		@Override
		public MemorySegment allocateZeroed(Layout layout) {
			return called("allocateZeroed");
		}

		@Override
		public MemorySegment grow(MemorySegment block, Layout oldLayout, Layout newLayout) {
			return called("grow");
		}

		@Override
		public MemorySegment growZeroed(MemorySegment block, Layout oldLayout, Layout newLayout) {
			return called("growZeroed");
		}

		@Override
		public MemorySegment shrink(MemorySegment block, Layout oldLayout, Layout newLayout) {
			return called("shrink");
		}

		@Override
		public String toString() {
			return "counting";
		}

	}

}
