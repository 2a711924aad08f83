package io.freehold.global;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.freehold.AllocationException;
import io.freehold.Layout;
import io.freehold.LayoutException;
import io.freehold.backend.Backends;
import io.freehold.contract.FailingAlloc;
import io.freehold.contract.IntVector;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The functions on raw addresses, and the end of callers that cannot go on.
 */
class RawFunctionTests {

	@AfterEach
	void restoreHook() {
		Global.takeAllocErrorHook();
	}

	@Test
	@DisplayName("G10 the raw functions report a size of zero")
	void rawFunctions_zeroSize_reported() {
		Layout nothing = Layout.of(0, 8);
		Layout layout = Layout.of(16, 8);
		assertThatIllegalArgumentException().isThrownBy(() -> Global.alloc(nothing))
			.withMessage("layout.size() must not be zero");
		assertThatIllegalArgumentException().isThrownBy(() -> Global.allocZeroed(nothing));
		assertThatIllegalArgumentException().isThrownBy(() -> Global.dealloc(8, nothing));
		assertThatIllegalArgumentException().isThrownBy(() -> Global.realloc(8, nothing, 16));
		long block = Global.alloc(layout);
		assertThatIllegalArgumentException().isThrownBy(() -> Global.realloc(block, layout, 0))
			.withMessage("newSize must not be zero");
		assertThatExceptionOfType(LayoutException.class).isThrownBy(() -> Global.realloc(block, layout, -1));
		assertThatExceptionOfType(LayoutException.class)
			.isThrownBy(() -> Global.realloc(block, layout, Long.MAX_VALUE));
		Global.dealloc(block, layout);
	}

	@Test
	@DisplayName("A19 the raw functions answer exhaustion with 0")
	void rawFunctions_tooMuch_zero() {
		assertThat(Global.alloc(Layout.of(1L << 62, 8))).isZero();
		assertThat(Global.allocZeroed(Layout.of(1L << 62, 64))).isZero();
		Layout layout = Layout.of(16, 8);
		long block = Global.alloc(layout);
		assertThat(Global.realloc(block, layout, 1L << 62)).isZero();
		Global.dealloc(block, layout);
	}

	@Test
	@DisplayName("G11 by default an allocation error is an OutOfMemoryError with the bytes")
	void handleAllocError_default_outOfMemoryError() {
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> {
			throw Global.handleAllocError(Layout.of(42, 1));
		}).withMessage("memory allocation of 42 bytes failed");
	}

	@Test
	@DisplayName("G13 a hook is given the layout, and what it throws reaches the caller")
	void handleAllocError_hookThrows_reachesCaller() {
		AtomicReference<Layout> seen = new AtomicReference<>(Layout.ofBytes(0));
		Global.setAllocErrorHook((layout) -> {
			seen.set(layout);
			throw new IllegalStateException("mine");
		});
		for (int i = 0; i < 16; i++) {
			Layout layout = Layout.of(4096 + i, 8);
			assertThatIllegalStateException().isThrownBy(() -> Global.handleAllocError(layout)).withMessage("mine");
			assertThat(seen).hasValue(layout);
		}
	}

	@Test
	@DisplayName("G14 a hook that returns is followed by the default")
	void handleAllocError_hookReturns_outOfMemoryError() {
		AtomicReference<Layout> seen = new AtomicReference<>(Layout.ofBytes(0));
		Global.setAllocErrorHook(seen::set);
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> Global.handleAllocError(Layout.of(7, 1)))
			.withMessage("memory allocation of 7 bytes failed");
		assertThat(seen).hasValue(Layout.of(7, 1));
	}

	@Test
	@DisplayName("G14 taking the hook returns it and restores the default")
	void takeAllocErrorHook_set_returnsItAndRestores() {
		Consumer<Layout> standard = Global.takeAllocErrorHook();
		Consumer<Layout> mine = (_) -> {
			throw new IllegalStateException("mine");
		};
		Global.setAllocErrorHook(mine);
		assertThat(Global.takeAllocErrorHook()).isSameAs(mine);
		assertThat(Global.takeAllocErrorHook()).isSameAs(standard);
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> standard.accept(Layout.ofBytes(9)))
			.withMessage("memory allocation of 9 bytes failed");
	}

	@Test
	@DisplayName("A29 a collection stays whole when a shrink is refused and the hook throws")
	void handleAllocError_shrinkRefused_collectionWhole() {
		Global.setAllocErrorHook((layout) -> {
			throw new IllegalStateException("no " + layout.size());
		});
		FailingAlloc backend = new FailingAlloc(Backends.get("system"));
		try (IntVector vector = new IntVector(Global.over(backend))) {
			vector.push(2);
			vector.push(1);
			backend.exhausted(true);
			assertThatIllegalStateException().isThrownBy(() -> shrinkOrDie(vector)).withMessage("no 8");
			assertThat(vector.toArray()).containsExactly(2, 1);
			backend.exhausted(false);
			shrinkOrDie(vector);
			assertThat(vector.toArray()).containsExactly(2, 1);
		}
	}

	private static void shrinkOrDie(IntVector vector) {
		try {
			vector.shrinkToFit();
		}
		catch (AllocationException ex) {
			throw Global.handleAllocError(ex.layout());
		}
	}

	@Test
	@DisplayName("G15 no memory is never null")
	void allocate_zeroSize_neverNull() {
		assertThat(Global.allocator().allocate(Layout.ofBytes(0)).address()).isEqualTo(1);
		assertThat(Global.allocator().allocateZeroed(Layout.of(0, 8)).address()).isEqualTo(8);
	}

}
