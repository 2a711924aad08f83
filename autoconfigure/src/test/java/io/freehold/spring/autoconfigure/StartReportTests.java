package io.freehold.spring.autoconfigure;

import io.freehold.spring.autoconfigure.scope.MethodAllocatorAutoConfiguration;
import io.freehold.spring.autoconfigure.scope.ThreadAllocatorAutoConfiguration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class StartReportTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(FreeholdAutoConfiguration.class));

	@Test
	void whenNothingIsConfiguredShouldSayThatThereIsNoLimit(CapturedOutput output) {
		this.contextRunner.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce("Allocators: backend pooled,"
				+ " limit none (set freehold.global.limit to have one), named none, scopes none, native access granted");
	}

	@Test
	void whenConfiguredShouldSayWhatAndFromWhere(CapturedOutput output) {
		this.contextRunner
			.withConfiguration(AutoConfigurations.of(MethodAllocatorAutoConfiguration.class,
					ThreadAllocatorAutoConfiguration.class))
			.withPropertyValues("freehold.global.limit=1MB", "freehold.allocators.index.limit=1KB",
					"freehold.allocators.imageCache.limit=1KB")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output)
			.containsOnlyOnce("Allocators: backend pooled, limit 1048576 bytes"
					+ " (from \"freehold.global.limit\" from property source \"test\"), named [")
			.contains("index")
			.contains("image-cache")
			.contains("scopes [thread method]");
	}

	@Test
	void whenLimitsContradictShouldWarnOfEach(CapturedOutput output) {
		this.contextRunner
			.withPropertyValues("freehold.global.limit=1MB", "freehold.allocators.index.limit=2MB",
					"freehold.scopes.request.limit=512KB", "freehold.scopes.request.limit-per-instance=600KB",
					"freehold.scopes.session.limit-per-instance=3MB", "freehold.scopes.thread.limit=1MB")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output.getAll().lines().filter((line) -> line.contains("is larger than"))).hasSize(3)
			.anyMatch((line) -> line.contains("freehold.allocators.index.limit (2097152B) is larger than"
					+ " freehold.global.limit (1048576B), which is reached first"))
			.anyMatch((line) -> line.contains("freehold.scopes.request.limit-per-instance (614400B) is larger than"
					+ " freehold.scopes.request.limit (524288B)"))
			.anyMatch((line) -> line.contains("freehold.scopes.session.limit-per-instance (3145728B) is larger than"
					+ " freehold.global.limit (1048576B)"));
	}

	@Test
	void whenDisabledShouldSayNothing(CapturedOutput output) {
		this.contextRunner.withPropertyValues("freehold.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("Allocators:");
	}

}
