package io.freehold.stats;

import java.util.EnumMap;
import java.util.Map;

import io.freehold.AllocationException.Reason;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AllocatorStatsTests {

	private static final AllocatorStats EARLIER = new AllocatorStats(10, 4, 2, 1000, 300, 5, 3, 1, 16,
			Map.of(Reason.EXHAUSTED, 2L, Reason.CLOSED, 1L));

	private static final AllocatorStats LATER = new AllocatorStats(25, 20, 7, 5000, 4500, 9, 9, 4, 116,
			Map.of(Reason.EXHAUSTED, 5L, Reason.CLOSED, 1L, Reason.LIMIT_EXCEEDED, 4L));

	@Test
	void live_isWhatWasTakenAndNotGivenBack() {
		assertThat(EARLIER.liveBlocks()).isEqualTo(6);
		assertThat(EARLIER.liveBytes()).isEqualTo(700);
		assertThat(EARLIER.openRegions()).isEqualTo(2);
		assertThat(LATER.openRegions()).isZero();
	}

	@Test
	void minus_subtractsEveryFigure() {
		assertThat(LATER.minus(EARLIER)).isEqualTo(new AllocatorStats(15, 16, 5, 4000, 4200, 4, 6, 3, 100,
				Map.of(Reason.EXHAUSTED, 3L, Reason.LIMIT_EXCEEDED, 4L)));
	}

	@Test
	void minus_ofAnInterval_tellsByHowMuchTheLiveBlocksChanged() {
		AllocatorStats change = LATER.minus(EARLIER);
		assertThat(change.liveBlocks()).isEqualTo(LATER.liveBlocks() - EARLIER.liveBlocks()).isNegative();
		assertThat(change.liveBytes()).isEqualTo(LATER.liveBytes() - EARLIER.liveBytes()).isNegative();
		assertThat(change.openRegions()).isEqualTo(-2);
	}

	@Test
	void minus_itself_isNothing() {
		assertThat(LATER.minus(LATER)).isEqualTo(new AllocatorStats(0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of()));
	}

	@Test
	void minus_overConsecutiveIntervals_addsUp() {
		AllocatorStats zero = EARLIER.minus(EARLIER);
		AllocatorStats first = EARLIER.minus(zero);
		AllocatorStats second = LATER.minus(EARLIER);
		assertThat(first).isEqualTo(EARLIER);
		assertThat(LATER.minus(second)).isEqualTo(EARLIER);
	}

	@Test
	void failures_absentReason_isZero() {
		assertThat(EARLIER.failures(Reason.EXHAUSTED)).isEqualTo(2);
		assertThat(EARLIER.failures(Reason.UNSUPPORTED_LAYOUT)).isZero();
		assertThat(LATER.minus(EARLIER).failures()).doesNotContainKey(Reason.CLOSED);
	}

	@Test
	void failures_areASnapshot() {
		Map<Reason, Long> counts = new EnumMap<>(Reason.class);
		counts.put(Reason.CLOSED, 1L);
		AllocatorStats stats = new AllocatorStats(0, 0, 0, 0, 0, 0, 0, 0, 0, counts);
		counts.put(Reason.CLOSED, 2L);
		assertThat(stats.failures(Reason.CLOSED)).isEqualTo(1);
		assertThatThrownBy(() -> stats.failures().put(Reason.CLOSED, 3L))
			.isInstanceOf(UnsupportedOperationException.class);
	}

}
