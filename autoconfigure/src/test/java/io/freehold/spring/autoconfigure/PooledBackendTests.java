package io.freehold.spring.autoconfigure;

import java.time.Duration;

import io.freehold.pool.PooledAlloc;
import io.freehold.spi.GlobalAlloc;
import io.freehold.spring.AllocatorTree;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The knobs of backend {@code pooled}, tried on instances that no other test uses.
 */
@ExtendWith(OutputCaptureExtension.class)
class PooledBackendTests {

	private final PooledAlloc backend = new PooledAlloc();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(FreeholdAutoConfiguration.class));

	private ApplicationContextRunner withBackend() {
		return this.contextRunner.withBean("ownBackend", GlobalAlloc.class, () -> this.backend);
	}

	@Test
	void whenKnobsAreSetShouldApplyThem(CapturedOutput output) {
		withBackend().withPropertyValues("freehold.pooled.purge-delay=2m", "freehold.pooled.max-cached=16MB")
			.run((context) -> {
				assertThat(context.getBean(AllocatorTree.class).backend()).isSameAs(this.backend);
				assertThat(this.backend.purgeDelay()).isEqualTo(Duration.ofMinutes(2));
				assertThat(this.backend.maxCached()).isEqualTo(16 << 20);
			});
		assertThat(output).doesNotContain("without effect");
	}

	@Test
	void whenUnitIsMissingShouldTakeSecondsAndBytes() {
		withBackend().withPropertyValues("freehold.pooled.purge-delay=3", "freehold.pooled.max-cached=4096")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(this.backend.purgeDelay()).isEqualTo(Duration.ofSeconds(3));
				assertThat(this.backend.maxCached()).isEqualTo(4096);
			});
	}

	@Test
	void whenKnobsAreZeroOrHugeShouldStart() {
		withBackend().withPropertyValues("freehold.pooled.purge-delay=0s", "freehold.pooled.max-cached=0B")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(this.backend.purgeDelay()).isZero();
				assertThat(this.backend.maxCached()).isZero();
			});
		withBackend()
			.withPropertyValues("freehold.pooled.purge-delay=365000d", "freehold.pooled.max-cached=" + Long.MAX_VALUE)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void whenKnobIsNotSetShouldLeaveWhatAnotherContextSet() {
		this.backend.setPurgeDelay(Duration.ofSeconds(7));
		this.backend.setMaxCached(7);
		withBackend().run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.backend.purgeDelay()).isEqualTo(Duration.ofSeconds(7));
		assertThat(this.backend.maxCached()).isEqualTo(7);
		withBackend().withPropertyValues("freehold.pooled.purge-delay=8s")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.backend.purgeDelay()).isEqualTo(Duration.ofSeconds(8));
		assertThat(this.backend.maxCached()).isEqualTo(7);
	}

	@Test
	void whenNothingIsSetShouldHaveTheDefaultsOfTheBackend() {
		withBackend().run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.backend.purgeDelay()).isEqualTo(PooledAlloc.DEFAULT_PURGE_DELAY);
		assertThat(this.backend.maxCached()).isEqualTo(PooledAlloc.DEFAULT_MAX_CACHED);
	}

	@Test
	void whenBackendIsAnotherShouldSayOnceThatKnobsHaveNoEffect(CapturedOutput output) {
		this.contextRunner
			.withPropertyValues("freehold.global.backend=system", "freehold.pooled.purge-delay=2m",
					"freehold.pooled.max-cached=16MB")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce("without effect")
			.contains("freehold.pooled.purge-delay and freehold.pooled.max-cached: without effect, because they are for"
					+ " backend 'pooled' and this context uses backend 'system'");
	}

	@Test
	void whenBackendIsAnotherAndNoKnobIsSetShouldSayNothing(CapturedOutput output) {
		this.contextRunner.withPropertyValues("freehold.global.backend=system")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("freehold.pooled");
	}

}
