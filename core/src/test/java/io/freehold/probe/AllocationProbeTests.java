package io.freehold.probe;

import io.freehold.AllocationException.Reason;
import io.freehold.Layout;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

class AllocationProbeTests {

	@Test
	void none_observesNothingAndSaysSo() {
		assertThatNoException().isThrownBy(() -> {
			AllocationProbe.NONE.allocated("root", 4096, 16);
			AllocationProbe.NONE.deallocated("root", 4096, 16);
			AllocationProbe.NONE.failed("root", Layout.ofBytes(16), Reason.CLOSED);
		});
		assertThat(AllocationProbe.NONE).hasToString("AllocationProbe.NONE");
	}

	@Test
	void probe_withoutOverrides_ignoresEverything() {
		AllocationProbe probe = new AllocationProbe() {
		};
		assertThatNoException().isThrownBy(() -> {
			probe.allocated("root", 4096, 16);
			probe.deallocated("root", 4096, 16);
			probe.failed("root", Layout.ofBytes(16), Reason.EXHAUSTED);
		});
	}

}
