package io.freehold.managed;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class SegmentsTests {

	private static final long ADDRESS = 1 << 20;

	private final Segments segments = new Segments();

	@Test
	void segments_endTogether() {
		MemorySegment first = this.segments.of(ADDRESS, 64);
		MemorySegment second = this.segments.of(2 * ADDRESS, 100);
		assertThat(first.address()).isEqualTo(ADDRESS);
		assertThat(second.byteSize()).isEqualTo(100);
		assertThat(this.segments.include(first)).isTrue();
		assertThat(this.segments.include(new Segments().of(ADDRESS, 64))).isFalse();
		assertThat(this.segments.tryRevoke()).isTrue();
		assertThat(this.segments.tryRevoke()).isTrue();
		assertThat(first.scope().isAlive()).isFalse();
		assertThat(second.scope().isAlive()).isFalse();
		assertThat(this.segments.include(first)).isTrue();
	}

	@Test
	void revoke_beforeTheFirstSegment_leavesNone() {
		assertThat(this.segments.tryRevoke()).isTrue();
		assertThat(this.segments.tryRevoke()).isTrue();
		assertThatIllegalStateException().isThrownBy(() -> this.segments.of(ADDRESS, 64));
		assertThat(this.segments.include(MemorySegment.ofAddress(ADDRESS))).isFalse();
	}

	@Test
	void firstSegment_thatRacesWithARevocation_isNotAccessibleAfterIt() {
		for (int round = 0; round < 2_000; round++) {
			Segments raced = new Segments();
			AtomicReference<@Nullable MemorySegment> made = new AtomicReference<>();
			Race.run(2, (index) -> {
				if (index == 0) {
					assertThat(raced.tryRevoke()).isTrue();
				}
				else {
					try {
						made.set(raced.of(ADDRESS, 64));
					}
					catch (IllegalStateException ex) {
						// the revocation came first
					}
				}
			});
			MemorySegment segment = made.get();
			assertThat(segment == null || !segment.scope().isAlive()).isTrue();
		}
	}

}
