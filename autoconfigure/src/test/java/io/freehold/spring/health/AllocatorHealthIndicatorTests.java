package io.freehold.spring.health;

import java.util.List;
import java.util.Map;

import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.managed.ManagedAllocator;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

class AllocatorHealthIndicatorTests {

	private final ManagedAllocator root = ManagedAllocator.root(Backends.get("system"), (spec) -> spec.limit(1_000));

	private final ManagedAllocator cache = this.root.child("cache", (spec) -> spec.limit(100));

	@AfterEach
	void close() {
		this.root.close();
	}

	private Health health(ManagedAllocator... judged) {
		Health health = new AllocatorHealthIndicator(this.root, List.of(judged), 0.9).health();
		assertThat(health).isNotNull();
		return health;
	}

	@Test
	void whenBelowThresholdShouldBeUp() {
		this.root.allocate(Layout.ofBytes(899));
		assertThat(health().getStatus()).isEqualTo(Status.UP);
		assertThat(health().getDetails()).containsEntry("backend", "system")
			.containsEntry("threshold", 0.9)
			.containsEntry("root", Map.of("used", 899L, "limit", 1_000L, "usage", 0.899));
	}

	@Test
	void whenThresholdIsReachedShouldBeOutOfService() {
		this.root.allocate(Layout.ofBytes(900));
		assertThat(health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
	}

	@Test
	void whenMemoryIsFreedShouldBeUpAgain() {
		Layout layout = Layout.ofBytes(1_000);
		var block = this.root.allocate(layout);
		assertThat(health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		this.root.deallocate(block, layout);
		assertThat(health().getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void whenCacheIsFullShouldBeUpUnlessAskedFor() {
		this.cache.allocate(Layout.ofBytes(100));
		assertThat(health().getStatus()).isEqualTo(Status.UP);
		assertThat(health().getDetails()).doesNotContainKey("root/cache");
		Health judged = health(this.cache);
		assertThat(judged.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		assertThat(judged.getDetails()).containsEntry("root/cache", Map.of("used", 100L, "limit", 100L, "usage", 1.0));
	}

	@Test
	void whenOneIsFullAndTheNextIsNotShouldBeOutOfService() {
		this.root.allocate(Layout.ofBytes(950));
		assertThat(health(this.cache).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
	}

	@Test
	void whenUnlimitedShouldBeUpAndSaySo() {
		ManagedAllocator open = this.root.child("open", (spec) -> {
		});
		assertThat(health(open).getDetails()).containsEntry("root/open", Map.of("used", 0L, "limit", "unlimited"));
		assertThat(health(open).getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void whenLimitIsLoweredToNothingShouldBeOutOfService() {
		this.root.budget().setLimit(0);
		assertThat(health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
	}

}
