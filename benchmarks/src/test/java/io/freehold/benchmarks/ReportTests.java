package io.freehold.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.freehold.benchmarks.contender.Contender;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ReportTests {

	private static final Score OURS = new Score("HotPair.oneThread", Contender.FREEHOLD_GLOBAL, 64, 5, 0.5, "ns/op");

	private static final Score MANAGED = new Score("HotPair.oneThread", Contender.FREEHOLD_MANAGED, 64, 26, 1, "ns/op");

	private static final Score NETTY = new Score("HotPair.oneThread", Contender.NETTY_ADAPTIVE, 64, 20, 2, "ns/op");

	private static final Score BURST = new Score(Burst.AFTER, Contender.FREEHOLD_RAW, 16, "MiB above before");

	@Test
	void marks_tellByHowMuch() {
		String marks = new Report(List.of(OURS, MANAGED, NETTY, BURST)).marks();
		assertThat(marks).contains(
				"| HotPair.oneThread | 64 | FREEHOLD_GLOBAL | 5.00 ± 0.50 | NETTY_ADAPTIVE | 20.0 ± 2.00 | 0.25 | ≤ 0.20 | **missed by 25 %** |",
				"| HotPair.oneThread | 64 | FREEHOLD_MANAGED | 26.0 ± 1.00 | FREEHOLD_GLOBAL | 5.00 ± 0.50 | 21.0 | ≤ 20.0 | **missed by 5 %** |",
				"| Burst.after |  | FREEHOLD_RAW | 16.0 |  |  | 16.0 | ≤ 32.0 | met by 50 % |",
				"| Churn.replace |  | FREEHOLD_GLOBAL |  | NETTY_ADAPTIVE |  |  | ≤ 0.35 | not measured |",
				"| RegionLife.small |  | FREEHOLD_MANAGED |  | ARENA_CONFINED |  |  | ≤ 0.20 | not measured |",
				"| RequestScratch.heap.slowest |  | FREEHOLD_MANAGED |  | ARENA_CONFINED |  |  | ≤ 3.00 | not measured |");
	}

	@Test
	void table_hasALineForEachWorkload() {
		assertThat(new Report(List.of(OURS, NETTY, BURST)).table()).isEqualTo("""
				| workload | block | unit | FREEHOLD_RAW | FREEHOLD_GLOBAL | NETTY_ADAPTIVE |
				|---|---:|---|---:|---:|---:|
				| Burst.after |  | MiB above before | 16.0 |  |  |
				| HotPair.oneThread | 64 | ns/op |  | 5.00 ± 0.50 | 20.0 ± 2.00 |
				""");
	}

	@Test
	void table_showsTheLastOfTwo() {
		Score again = new Score("HotPair.oneThread", Contender.FREEHOLD_GLOBAL, 64, 4, 0.5, "ns/op");
		assertThat(new Report(List.of(OURS, again)).table()).contains("4.00").doesNotContain("5.00");
	}

	@Test
	void scores_areReadAsWritten(@TempDir Path folder) throws IOException {
		Path file = folder.resolve("scores.json");
		Score.write(file, List.of(OURS, BURST));
		assertThat(Score.read(file)).containsExactly(OURS, BURST);
	}

	@Test
	void scores_ofJmhAreRead(@TempDir Path folder) throws IOException {
		Path file = Files.writeString(folder.resolve("jmh.json"), """
				[{
					"benchmark" : "io.freehold.benchmarks.Churn.replace",
					"mode" : "avgt",
					"params" : { "contender" : "LIBC" },
					"primaryMetric" : { "score" : 12.5, "scoreError" : "NaN", "scoreUnit" : "ns/op" }
				}]""");
		assertThat(Score.read(file)).containsExactly(new Score("Churn.replace", Contender.LIBC, 12.5, "ns/op"));
	}

	@Test
	void residentMemory_isInKibibytes() {
		assertThat(ResidentMemory.parse(List.of("VmHWM:\t    900 kB", "VmRSS:\t    700 kB"))).isEqualTo(700 << 10);
	}

}
