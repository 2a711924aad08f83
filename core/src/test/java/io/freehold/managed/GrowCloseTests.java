package io.freehold.managed;

import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

import io.freehold.child.ChildJvm;
import io.freehold.child.GrowCloseProgram;
import io.freehold.managed.GrowCloseRace.Victim;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nothing is written to a block that a close can find already.
 */
class GrowCloseTests {

	/** Held on to: loggers that nobody holds forget their level. */
	private static final Logger LOG = Logger.getLogger("io.freehold");

	private final long seed = Race.seed(this);

	@BeforeAll
	static void expectLiveBlocks() {
		LOG.setLevel(Level.OFF);
	}

	@AfterAll
	static void logAgain() {
		LOG.setLevel(null);
	}

	@TestFactory
	Stream<DynamicTest> growZeroed_whileClosing_writesToNoBlockOfOthers() {
		return Stream.of(Victim.values())
			.flatMap((victim) -> Stream.of(test("table", GrowCloseStage::table, victim, 4096, 4_000),
					test("table", GrowCloseStage::table, victim, 300_000, 2_000),
					test("table", GrowCloseStage::table, victim, 14_000_000, 150),
					test("pooled", GrowCloseStage::pooled, victim, 4096, 4_000),
					test("pooled", GrowCloseStage::pooled, victim, 300_000, 2_000),
					test("pooled", GrowCloseStage::pooled, victim, 14_000_000, 150)));
	}

	private DynamicTest test(String name, Supplier<GrowCloseStage> stage, Victim victim, long size, int rounds) {
		return DynamicTest.dynamicTest("%s, %s, %d bytes".formatted(name, victim, size),
				() -> new GrowCloseRace(stage.get(), victim, size, this.seed).run(rounds));
	}

	@Test
	void growZeroed_whileClosingUnmaps_touchesNoUnmappedMemory() throws Exception {
		ChildJvm child = ChildJvm.run(GrowCloseProgram.class);
		assertThat(child.exitValue()).as("%s%n%s", child.out(), child.err()).isZero();
		assertThat(child.out()).endsWith("nothing touched");
	}

}
