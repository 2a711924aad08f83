package io.freehold.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

import io.freehold.benchmarks.RequestLoad.Outcome;
import io.freehold.benchmarks.RequestLoad.Settings;
import io.freehold.benchmarks.contender.Contender;
import io.freehold.benchmarks.contender.Scratch;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class RequestScratchTests {

	private static final long MILLI = 1_000_000;

	private static final Outcome ARENA = new Outcome(8000 * MILLI, 4000 * MILLI, 80_000, 10 * MILLI, 8 * MILLI, 0, 0);

	private static final Outcome REGION = new Outcome(8000 * MILLI, 4000 * MILLI, 40_000, 25 * MILLI, 4 * MILLI, 0, 0);

	private static final Outcome SLOW = new Outcome(8000 * MILLI, 8000 * MILLI, 64_000, 5000 * MILLI, 80 * MILLI, 7, 1);

	@Test
	void requests_countThatEndInTheMeasuredTime() throws InterruptedException {
		AtomicLong clock = new AtomicLong(5);
		// they end at 30, 60, 90 and so on, in the measured time those from 120 to 270
		Outcome outcome = RequestLoad.run((lane, number) -> clock.addAndGet(30 * MILLI),
				new Settings(1, 100, 200, 60_000), clock::get);
		assertThat(outcome.finished()).isEqualTo(6);
		assertThat(outcome.slowest()).isEqualTo(30 * MILLI);
		assertThat(outcome.stuck()).isZero();
	}

	@Test
	void request_thatNeverEndsCountsWithItsWait() throws InterruptedException {
		AtomicLong clock = new AtomicLong(5);
		CountDownLatch over = new CountDownLatch(1);
		Outcome outcome;
		try {
			outcome = RequestLoad.run((lane, number) -> {
				if (lane == 0) {
					await(over);
				}
				clock.addAndGet(MILLI);
			}, new Settings(8, 50, 200, 100), clock::get);
		}
		finally {
			over.countDown();
		}
		assertThat(outcome.slowest()).isEqualTo(outcome.duration()).isEqualTo(200 * MILLI);
		assertThat(outcome.stuck()).isPositive();
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	@Test
	void request_thatFailsFailsTheMeasurement() {
		assertThatIllegalStateException().isThrownBy(() -> RequestLoad.run((lane, number) -> {
			if (lane == 1 && number == 100) {
				throw new IllegalArgumentException("the 101st");
			}
		}, new Settings(4, 10, 60_000, 60_000))).withRootCauseInstanceOf(IllegalArgumentException.class);
	}

	@Test
	void outcome_countsFinishedAndUnfinished() {
		long[] finished = LongStream.rangeClosed(1, 1998).map((time) -> time * MILLI).toArray();
		Outcome outcome = Outcome.of(4000 * MILLI, 999 * MILLI, finished, new long[] { 3000 * MILLI, 2 * MILLI }, 0);
		assertThat(outcome).isEqualTo(new Outcome(4000 * MILLI, 999 * MILLI, 1998, 3000 * MILLI, 1997 * MILLI, 999, 0));
		assertThat(outcome.perSecond()).isEqualTo(499.5);
		assertThat(outcome.cpuMicrosPerRequest()).isEqualTo(500);
	}

	@Test
	void outcome_isReadAsWritten() {
		assertThat(Outcome.parse(SLOW.line())).isEqualTo(SLOW);
	}

	@Test
	void settings_areChangedOneByOne() {
		assertThat(Settings.DEFAULT.with("requests=5").with("warm-up=6").with("millis=7").with("drain=8"))
			.isEqualTo(new Settings(5, 6, 7, 8));
		assertThatIllegalArgumentException().isThrownBy(() -> Settings.DEFAULT.with("second=5"))
			.withMessageContaining("second=5");
		assertThatIllegalArgumentException().isThrownBy(() -> Settings.DEFAULT.with("millis=0"))
			.withMessageContaining("millis=0");
	}

	@Test
	void table_isRelativeToTheArenaOfTheRound() {
		assertThat(RequestScratch.table(List.of(Map.of(Scratch.ARENA_CONFINED, ARENA),
				Map.of(Scratch.REGION, SLOW, Scratch.ARENA_CONFINED, REGION))))
			.contains("| 1 | ARENA_CONFINED | 10000 | 1.00 | 50.0 | 1.00 | 10.0 | 1.00 | 8.0 | 0 | 0 |",
					"| 2 | ARENA_CONFINED | 5000 | 1.00 | 100.0 | 1.00 | 25.0 | 1.00 | 4.0 | 0 | 0 |",
					"| 2 | REGION | 8000 | 1.60 | 125.0 | 1.25 | 5000.0 | 200.00 | 80.0 | 7 | 1 |");
	}

	@Test
	void scores_areThoseOfTheWorseRound() {
		Map<Scratch, Outcome> better = round(ARENA, REGION);
		Map<Scratch, Outcome> worse = round(ARENA, SLOW);
		assertThat(RequestScratch.scores(List.of(worse, better))).contains(
				new Score("RequestScratch.region.slowest", Contender.FREEHOLD_MANAGED, 5000, "ms"),
				new Score("RequestScratch.region.slowest", Contender.ARENA_CONFINED, 10, "ms"),
				new Score("RequestScratch.region.p99.9", Contender.FREEHOLD_MANAGED, 80, "ms"),
				new Score("RequestScratch.region.time", Contender.FREEHOLD_MANAGED, 200, "us/request"),
				new Score("RequestScratch.region.time", Contender.ARENA_CONFINED, 100, "us/request"),
				new Score("RequestScratch.region.cpu", Contender.FREEHOLD_MANAGED, 125, "us/request"));
	}

	private static Map<Scratch, Outcome> round(Outcome arena, Outcome region) {
		return Map.of(Scratch.ARENA_CONFINED, arena, Scratch.REGION, region, Scratch.MANAGED, arena, Scratch.HEAP,
				arena, Scratch.GLOBAL, arena, Scratch.JAVA_HEAP, arena);
	}

}
