package io.freehold.benchmarks;

import java.util.EnumSet;
import java.util.Set;

import io.freehold.benchmarks.contender.Contender;
import io.freehold.benchmarks.contender.Freehold;
import io.freehold.benchmarks.contender.Netty;
import io.freehold.benchmarks.contender.Scratch;
import io.freehold.benchmarks.contender.Slots;
import io.freehold.stats.AllocatorStats;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.infra.Control;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs one operation of every workload with every contender. The tables themselves
 * assert, as assertions are on, that a slot is filled once and emptied once.
 */
@EnabledOnOs(value = OS.LINUX, architectures = { "amd64", "x86_64" },
		disabledReason = "two contenders are libraries for Linux on x86-64")
class WorkloadsTests {

	private static final Blackhole SINK = new Blackhole(
			"Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.");

	static Set<Contender> freeingAnywhere() {
		Set<Contender> contenders = EnumSet.allOf(Contender.class);
		contenders.removeIf((contender) -> !contender.freesAnywhere());
		return contenders;
	}

	@AfterAll
	static void everythingIsFreed() {
		AllocatorStats stats = Freehold.managed().stats();
		assertThat(stats.allocations()).isPositive().isEqualTo(stats.deallocations());
		assertThat(stats.liveBytes()).isZero();
		assertThat(Netty.pooled().pinnedDirectMemory()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void hotPair_leavesNothing(Contender contender) {
		HotPair workload = new HotPair();
		workload.contender = contender;
		for (int size : new int[] { 64, 1024, 16384 }) {
			workload.size = size;
			workload.open();
			workload.oneThread(SINK);
			workload.twoThreads(SINK);
			assertThat(workload.slots.live()).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource
	void churn_replacesOneOfMany(Contender contender) {
		Churn workload = new Churn();
		workload.contender = contender;
		workload.fill();
		workload.replace();
		assertThat(workload.slots.live()).isEqualTo(workload.slots.count()).isEqualTo(4096);
		workload.free();
		assertThat(workload.slots.live()).isZero();
	}

	@ParameterizedTest
	@MethodSource("freeingAnywhere")
	void handOver_passesBatches(Contender contender) throws InterruptedException {
		HandOver workload = new HandOver();
		workload.contender = contender;
		workload.open();
		Control control = new Control();
		Thread producer = Thread.ofPlatform().start(() -> {
			workload.produce(control);
			workload.produce(control);
		});
		workload.consume(control);
		producer.join();
		assertThat(workload.batches.live()).isEqualTo(256);
		workload.drain();
		assertThat(workload.batches.live()).isZero();
	}

	@ParameterizedTest
	@EnumSource(names = "NONE")
	void handOver_endsWithoutTheOther(Contender contender) {
		HandOver workload = new HandOver();
		workload.contender = contender;
		workload.open();
		Control control = new Control();
		control.stopMeasurement = true;
		workload.consume(control);
		for (int i = 0; i < 40; i++) {
			workload.produce(control);
		}
		assertThat(workload.batches.live()).isEqualTo(32 * 256);
		workload.drain();
		assertThat(workload.batches.live()).isZero();
	}

	@ParameterizedTest
	@MethodSource("freeingAnywhere")
	void succession_keepsTheSetsFull(Contender contender) throws InterruptedException {
		Succession workload = new Succession();
		workload.contender = contender;
		workload.fill();
		workload.replace();
		assertThat(workload.sets).allMatch((set) -> set.live() == set.count());
		workload.free();
		assertThat(workload.sets).extracting(Slots::live).containsOnly(0);
	}

	@ParameterizedTest
	@EnumSource
	void virtualThreads_allSucceed(Contender contender) throws InterruptedException {
		VirtualThreads workload = new VirtualThreads();
		workload.contender = contender;
		assertThat(workload.run()).isEqualTo(VirtualThreads.THREADS);
	}

	@ParameterizedTest
	@EnumSource(names = { "FREEHOLD_MANAGED", "ARENA_CONFINED" })
	void regionLife_leavesNothing(Contender contender) {
		RegionLife workload = new RegionLife();
		workload.contender = contender;
		workload.prepare();
		AllocatorStats before = Freehold.requests().stats();
		workload.small(SINK);
		workload.mixed(SINK);
		workload.smallZeroed(SINK);
		workload.mixedZeroed(SINK);
		workload.smallShared(SINK);
		workload.mixedShared(SINK);
		workload.empty(SINK);
		workload.block(SINK);
		AllocatorStats after = Freehold.requests().stats();
		int lives = (contender == Contender.FREEHOLD_MANAGED) ? 7 : 0;
		assertThat(after.regionsOpened() - before.regionsOpened()).isEqualTo(lives);
		assertThat(after.regionsClosed() - before.regionsClosed()).isEqualTo(lives);
	}

	@Test
	void rosters_nameEveryWorkloadOnce() {
		assertThat(Roster.all()).flatExtracting(Roster::workloads)
			.containsExactlyInAnyOrder(HotPair.class, Churn.class, HandOver.class, Succession.class,
					VirtualThreads.class, RegionLife.class);
		assertThat(Roster.all()).filteredOn((roster) -> roster.workloads().contains(RegionLife.class))
			.singleElement()
			.satisfies((roster) -> assertThat(roster.contenders()).containsExactly(Contender.FREEHOLD_MANAGED,
					Contender.ARENA_CONFINED))
			.satisfies((roster) -> assertThat(roster.others()).hasSize(6)
				.noneMatch((other) -> other.contains("Region"))
				.anyMatch((other) -> other.contains(".spring.")));
		assertThat(Roster.contested()).hasSize(6).noneMatch((other) -> other.contains(".spring."));
	}

	@ParameterizedTest
	@EnumSource
	void footprint_countsLiveBytes(Contender contender) {
		Footprint.Outcome outcome = Footprint.measure(contender, 1 << 20, 1);
		assertThat(outcome.live()).isBetween(1L << 19, 1L << 21);
	}

	@ParameterizedTest
	@EnumSource
	void burst_isResident(Contender contender) throws InterruptedException {
		Burst.Outcome outcome = Burst.measure(contender, 100, 0);
		assertThat(outcome.before()).isPositive();
		assertThat(outcome.peak()).isPositive();
		assertThat(outcome.after()).isPositive();
	}

	@ParameterizedTest
	@EnumSource
	void requestScratch_servesRequestsAndLeavesNothing(Scratch scratch) throws InterruptedException {
		AllocatorStats before = Freehold.requests().stats();
		RequestLoad.Outcome outcome = RequestScratch.measure(scratch, new RequestLoad.Settings(200, 50, 100, 60_000));
		AllocatorStats done = Freehold.requests().stats().minus(before);
		assertThat(outcome.stuck()).isZero();
		assertThat(done.liveBytes()).isZero();
		assertThat(done.openRegions()).isZero();
		// one more in each lane was unfinished
		long requests = outcome.finished() + 200;
		boolean together = scratch == Scratch.REGION || scratch == Scratch.HEAP;
		assertThat(done.regionsOpened()).isGreaterThanOrEqualTo(together ? requests : 0);
		assertThat(done.allocatedBytes())
			.isGreaterThanOrEqualTo((together || scratch == Scratch.MANAGED) ? requests * 20 * 1024 : 0);
	}

	@ParameterizedTest
	@ValueSource(classes = { HandOver.class, Succession.class })
	void contenders_areThoseThatFreeAnywhere(Class<?> workload) throws NoSuchFieldException {
		Param parameter = workload.getField("contender").getAnnotation(Param.class);
		assertThat(parameter.value())
			.containsExactlyElementsOf(freeingAnywhere().stream().map(Contender::name).toList());
	}

}
