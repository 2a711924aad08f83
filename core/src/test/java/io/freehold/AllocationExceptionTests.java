package io.freehold;

import java.lang.foreign.ValueLayout;

import io.freehold.AllocationException.Reason;
import io.freehold.backend.Backends;
import io.freehold.contract.RecordingAlloc;
import io.freehold.global.Global;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AllocationExceptionTests {

	@Test
	@DisplayName("E01 the exception says who refused what, how much and why")
	void message_anyReason_saysWhoWhatHowMuch() {
		Layout layout = Layout.of(4096, 8);
		for (Reason reason : Reason.values()) {
			AllocationException exception = new AllocationException("root/images", layout, reason, "the detail");
			assertThat(exception).hasMessage("root/images: could not allocate 4096 bytes aligned to 8 (the detail)")
				.isInstanceOf(RuntimeException.class);
			assertThat(exception.reason()).isEqualTo(reason);
			assertThat(exception.layout()).isEqualTo(layout);
			assertThat(exception.allocatorName()).isEqualTo("root/images");
		}
	}

	@Test
	@DisplayName("E01 there are four reasons")
	void reasons_areFour() {
		assertThat(Reason.values()).containsExactly(Reason.EXHAUSTED, Reason.LIMIT_EXCEEDED, Reason.UNSUPPORTED_LAYOUT,
				Reason.CLOSED);
	}

	@Test
	@DisplayName("E01 misuse is told apart by its kind")
	void misuse_kind_kept() {
		for (MisuseException.Kind kind : MisuseException.Kind.values()) {
			MisuseException exception = new MisuseException(kind, "who: what");
			assertThat(exception.kind()).isEqualTo(kind);
			assertThat(exception).hasMessage("who: what").isInstanceOf(IllegalStateException.class);
		}
	}

	@Test
	@DisplayName("E04 an impossible size is a LayoutException, before any allocator is asked")
	void layoutException_impossibleSize_beforeAnyCall() {
		RecordingAlloc backend = new RecordingAlloc(Backends.get("system"));
		assertThatExceptionOfType(LayoutException.class)
			.isThrownBy(() -> Global.over(backend).allocate(Layout.ofArray(ValueLayout.JAVA_INT, 1L << 61)));
		assertThat(backend.takeCalls()).isEmpty();
		assertThatExceptionOfType(AllocationException.class)
			.isThrownBy(() -> Global.over(backend).allocate(Layout.ofArray(ValueLayout.JAVA_INT, 1L << 60)));
		assertThat(backend.takeCalls()).containsExactly("alloc(4611686018427387904,4)");
	}

}
