package io.freehold.spring.metrics;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.freehold.AllocationException;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.budget.Budget;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;
import io.freehold.spi.MemoryUsage;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.search.Search;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AllocatorMetricsTests {

	private static final Layout LAYOUT = Layout.of(100, 8);

	/** A backend that tells what it holds. */
	private final GlobalAlloc backend = new Measured();

	private final ManagedAllocator root = ManagedAllocator.root(this.backend,
			(spec) -> spec.scope("application").limit(10_000));

	private final MeterRegistry registry = new SimpleMeterRegistry();

	@AfterEach
	void close() {
		this.root.close();
	}

	@Test
	void whenRegistryThrowsShouldHarmNoAllocator() {
		bind(10);
		this.registry.config().meterFilter(new MeterFilter() {
			@Override
			public Meter.Id map(Meter.Id id) {
				throw new IllegalStateException("on purpose");
			}
		});
		ManagedAllocator child = this.root.child("tenant", (spec) -> {
		});
		MemorySegment block = child.allocate(LAYOUT);
		child.budget().setLimit(1000);
		child.deallocate(block, LAYOUT);
		child.close();
		assertThat(child.isClosed()).isTrue();
		assertThat(this.root.children()).isEmpty();
	}

	private void bind(int maxAllocators) {
		new AllocatorMetrics(this.root, this.backend, maxAllocators).bindTo(this.registry);
	}

	private double gauge(String name, String allocator) {
		return this.registry.get(name).tag("allocator", allocator).gauge().value();
	}

	private double count(String name, String allocator, String... tags) {
		return this.registry.get(name).tag("allocator", allocator).tags(tags).functionCounter().count();
	}

	private List<String> meters(String allocator) {
		return Search.in(this.registry)
			.tag("allocator", allocator)
			.meters()
			.stream()
			.map((meter) -> meter.getId().getName())
			.distinct()
			.sorted()
			.toList();
	}

	@Test
	void whenErrorComesBetweenMetersShouldRegisterAllTheNextTime() {
		AtomicBoolean fails = new AtomicBoolean(true);
		this.registry.config().meterFilter(MeterFilter.deny((id) -> {
			if (id.getName().equals("freehold.leaks") && fails.getAndSet(false)) {
				throw new OutOfMemoryError("on purpose");
			}
			return false;
		}));
		AllocatorMeters meters = new AllocatorMeters(this.registry, 0);
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> meters.opened(this.root));
		assertThat(meters("other")).isEmpty();
		meters.opened(this.root.child("next", (_) -> {
		}));
		assertThat(meters("other")).contains("freehold.leaks", "freehold.allocations", "freehold.failures");
		meters.unregister();
	}

	@Test
	void whenAllocatorHasLimitShouldHaveAllMeters() {
		bind(10);
		assertThat(meters("root")).containsExactly("freehold.allocated", "freehold.allocations", "freehold.blocks.live",
				"freehold.deallocations", "freehold.failures", "freehold.leaks", "freehold.memory.max",
				"freehold.memory.peak", "freehold.memory.usage", "freehold.memory.used");
	}

	@Test
	void whenAllocatorIsUnlimitedShouldNotHaveMetersOfLimit() {
		this.root.child("open", (spec) -> {
		});
		bind(10);
		assertThat(meters("root/open")).contains("freehold.memory.used", "freehold.memory.peak")
			.doesNotContain("freehold.memory.max", "freehold.memory.usage");
	}

	@Test
	void whenMetersAreRegisteredShouldHaveTagsUnitsAndDescriptions() {
		this.root.child("jobs", (spec) -> spec.scope("job"));
		bind(10);
		for (Meter meter : this.registry.getMeters()) {
			Meter.Id id = meter.getId();
			assertThat(id.getDescription()).as(id.getName()).isNotBlank();
			assertThat(id.getTag("backend")).as(id.getName()).isEqualTo("measured");
			boolean bytes = id.getName()
				.matches("freehold\\.(memory\\.(used|max|peak|committed|reserved|cached)|allocated)");
			assertThat(id.getBaseUnit()).as(id.getName()).isEqualTo(bytes ? "bytes" : null);
		}
		Meter.Id used = this.registry.get("freehold.memory.used").tag("allocator", "root/jobs").meter().getId();
		assertThat(used.getTags())
			.containsExactlyElementsOf(Tags.of("allocator", "root/jobs", "backend", "measured", "scope", "job"));
		assertThat(this.registry.get("freehold.failures").tag("allocator", "root").meters())
			.extracting((meter) -> meter.getId().getTag("reason"))
			.containsExactlyInAnyOrder("exhausted", "limit-exceeded", "unsupported-layout", "closed");
	}

	@Test
	void whenBlocksComeAndGoShouldShowThem() {
		ManagedAllocator child = this.root.child("images", (spec) -> spec.limit(1_000));
		bind(10);
		MemorySegment first = child.allocate(LAYOUT);
		child.allocate(LAYOUT);
		this.root.allocate(LAYOUT);
		child.deallocate(first, LAYOUT);
		// of this node alone, so that sums are right
		assertThat(gauge("freehold.memory.used", "root/images")).isEqualTo(100);
		assertThat(gauge("freehold.memory.used", "root")).isEqualTo(100);
		assertThat(gauge("freehold.blocks.live", "root/images")).isEqualTo(1);
		assertThat(gauge("freehold.memory.max", "root/images")).isEqualTo(1_000);
		assertThat(gauge("freehold.memory.peak", "root/images")).isEqualTo(200);
		// of the subtree
		assertThat(gauge("freehold.memory.usage", "root/images")).isEqualTo(0.1);
		assertThat(gauge("freehold.memory.usage", "root")).isEqualTo(0.02);
		assertThat(gauge("freehold.memory.peak", "root")).isEqualTo(300);
		assertThat(count("freehold.allocations", "root/images")).isEqualTo(2);
		assertThat(count("freehold.deallocations", "root/images")).isEqualTo(1);
		assertThat(count("freehold.allocated", "root/images")).isEqualTo(200);
		assertThat(count("freehold.leaks", "root/images")).isZero();
	}

	@Test
	void whenScrapedWhileBackendRefusesShouldNotFall() {
		List<Double> scraped = new CopyOnWriteArrayList<>();
		GlobalAlloc refusing = new GlobalAlloc() {

			@Override
			public long allocate(long size, long alignment) {
				scraped.add(count("freehold.allocations", "root"));
				scraped.add(count("freehold.allocated", "root"));
				return 0;
			}

			@Override
			public void deallocate(long address, long size, long alignment) {
			}

		};
		ManagedAllocator full = ManagedAllocator.root(refusing, (spec) -> spec.scope("application"));
		new AllocatorMetrics(full, refusing, 1).bindTo(this.registry);

		assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> full.allocate(LAYOUT));

		assertThat(full.stats().allocations()).isZero();
		assertThat(scraped).containsExactly(1.0, 100.0);
		assertThat(count("freehold.allocations", "root")).isEqualTo(1);
		assertThat(count("freehold.allocated", "root")).isEqualTo(100);
		full.close();
	}

	@Test
	void whenRequestIsRefusedShouldCountItByReason() {
		bind(10);
		assertThatExceptionOfType(AllocationException.class)
			.isThrownBy(() -> this.root.allocate(Layout.ofBytes(10_001)));
		assertThat(count("freehold.failures", "root", "reason", "limit-exceeded")).isEqualTo(1);
		assertThat(count("freehold.failures", "root", "reason", "exhausted")).isZero();
	}

	@Test
	void whenLimitChangesShouldShowTheNewOne() {
		bind(10);
		this.root.allocate(LAYOUT);
		this.root.budget().setLimit(200);
		assertThat(gauge("freehold.memory.max", "root")).isEqualTo(200);
		assertThat(gauge("freehold.memory.usage", "root")).isEqualTo(0.5);
		this.root.budget().setLimit(0);
		assertThat(gauge("freehold.memory.usage", "root")).isEqualTo(1);
		this.root.budget().setLimit(Budget.UNLIMITED);
		assertThat(meters("root")).doesNotContain("freehold.memory.max", "freehold.memory.usage");
		this.root.budget().setLimit(1_000);
		assertThat(gauge("freehold.memory.max", "root")).isEqualTo(1_000);
	}

	@Test
	void whenAllocatorComesAndGoesShouldRegisterAndRemoveItsMeters() {
		bind(10);
		int before = this.registry.getMeters().size();
		ManagedAllocator child = this.root.child("job", (spec) -> spec.limit(1_000));
		ManagedAllocator grandchild = child.child("step", (spec) -> {
		});
		assertThat(meters("root/job")).contains("freehold.memory.usage");
		assertThat(meters("root/job/step")).contains("freehold.memory.used");
		grandchild.allocate(LAYOUT);
		child.close();
		assertThat(this.registry.getMeters()).hasSize(before);
		assertThat(count("freehold.leaks", "root")).isEqualTo(1);
		this.root.child("job", (spec) -> {
		});
		assertThat(meters("root/job")).contains("freehold.memory.used");
	}

	@Test
	void whenThereAreTooManyShouldShareOneGroupWhoseCountersNeverFall() {
		bind(2);
		this.root.child("a", (spec) -> {
		});
		ManagedAllocator b = this.root.child("b", (spec) -> {
		});
		ManagedAllocator c = this.root.child("c", (spec) -> {
		});
		assertThat(meters("root/b")).isEmpty();
		assertThat(meters("other")).contains("freehold.memory.used", "freehold.allocations")
			.doesNotContain("freehold.memory.peak", "freehold.memory.max");
		b.allocate(LAYOUT);
		c.allocate(LAYOUT);
		assertThat(gauge("freehold.memory.used", "other")).isEqualTo(200);
		assertThat(count("freehold.allocations", "other")).isEqualTo(2);
		b.close();
		assertThat(gauge("freehold.memory.used", "other")).isEqualTo(100);
		assertThat(count("freehold.allocations", "other")).isEqualTo(2);
		assertThat(count("freehold.deallocations", "other")).isEqualTo(1);
		assertThat(count("freehold.leaks", "other")).isEqualTo(1);
		c.close();
		assertThat(gauge("freehold.memory.used", "other")).isZero();
		assertThat(count("freehold.allocations", "other")).isEqualTo(2);
		assertThat(count("freehold.allocated", "other")).isEqualTo(200);
		assertThat(count("freehold.leaks", "other")).isEqualTo(2);
		this.root.child("d", (spec) -> {
		}).allocate(LAYOUT);
		assertThat(count("freehold.allocations", "other")).isEqualTo(3);
		assertThat(this.registry.get("freehold.memory.used").tag("allocator", "other").meter().getId().getTag("scope"))
			.isEqualTo("other");
	}

	@Test
	void whenScrapedWhileMemberLeavesShouldNotFall() throws InterruptedException {
		AllocatorMeters meters = new AllocatorMeters(this.registry, 1);
		ManagedAllocator child = this.root.child("a", (spec) -> {
		});
		child.allocate(LAYOUT);
		AtomicReference<@Nullable Thread> scraper = new AtomicReference<>();
		AtomicBoolean waited = new AtomicBoolean();
		List<Double> scraped = new CopyOnWriteArrayList<>();
		ManagedAllocator leaving = (ManagedAllocator) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { ManagedAllocator.class }, (proxy, method, arguments) -> switch (method.getName()) {
					case "equals" -> proxy == arguments[0];
					case "hashCode" -> 1;
					case "stats" -> {
						Thread thread = Thread.ofPlatform()
							.unstarted(() -> scraped.add(count("freehold.allocations", "other")));
						if (child.isClosed() && scraper.compareAndSet(null, thread)) {
							thread.start();
							while (thread.isAlive() && thread.getState() != Thread.State.WAITING
									&& thread.getState() != Thread.State.TIMED_WAITING) {
								Thread.onSpinWait();
							}
							waited.set(thread.isAlive());
						}
						yield child.stats();
					}
					default -> method.invoke(child, arguments);
				});
		meters.opened(this.root);
		meters.opened(leaving);
		assertThat(count("freehold.allocations", "other")).isEqualTo(1);
		child.close();
		meters.closed(leaving);
		Thread thread = Objects.requireNonNull(scraper.get());
		thread.join();
		assertThat(waited).isTrue();
		assertThat(scraped).containsExactly(1.0);
	}

	@Test
	void whenTaggedAllocatorGoesShouldGiveItsPlaceToALaterOne() {
		bind(2);
		ManagedAllocator a = this.root.child("a", (spec) -> {
		});
		a.close();
		this.root.child("b", (spec) -> {
		});
		assertThat(meters("root/b")).isNotEmpty();
		assertThat(meters("other")).isEmpty();
	}

	@Test
	void whenBackendTellsWhatItHoldsShouldHaveGauges() {
		bind(10);
		assertThat(this.registry.get("freehold.memory.committed").tags("backend", "measured").gauge().value())
			.isEqualTo(4096);
		assertThat(this.registry.get("freehold.memory.cached").tags("backend", "measured").gauge().value())
			.isEqualTo(1024);
		assertThat(this.registry.get("freehold.memory.reserved").tags("backend", "measured").gauge().value())
			.isEqualTo(8192);
	}

	@Test
	void whenBackendFailsToTellShouldScrapeAllElse() {
		GlobalAlloc failing = new Failing();
		PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		try (ManagedAllocator other = ManagedAllocator.root(failing, (spec) -> {
		})) {
			new AllocatorMetrics(other, failing, 10).bindTo(prometheus);
			other.allocate(LAYOUT);
			assertThat(prometheus.scrape().lines()).contains(
					"freehold_memory_used_bytes{allocator=\"root\",backend=\"failing\",scope=\"\"} 100.0",
					"freehold_memory_committed_bytes{backend=\"failing\"} NaN",
					"freehold_memory_reserved_bytes{backend=\"failing\"} NaN",
					"freehold_memory_cached_bytes{backend=\"failing\"} NaN");
		}
	}

	@Test
	void whenBackendDoesNotTellShouldHaveNoGaugesForIt() {
		GlobalAlloc silent = new Silent();
		ManagedAllocator other = ManagedAllocator.root(silent, (spec) -> {
		});
		new AllocatorMetrics(other, silent, 10).bindTo(this.registry);
		assertThat(this.registry.find("freehold.memory.committed").meters()).isEmpty();
		assertThat(this.registry.find("freehold.memory.reserved").meters()).isEmpty();
		assertThat(this.registry.find("freehold.memory.used").meters()).hasSize(1);
		other.close();
	}

	@Test
	void whenThereAreSeveralRegistriesShouldFollowTheTreeInEach() {
		SimpleMeterRegistry first = new SimpleMeterRegistry();
		SimpleMeterRegistry second = new SimpleMeterRegistry();
		CompositeMeterRegistry composite = new CompositeMeterRegistry();
		composite.add(first);
		AllocatorMetrics metrics = new AllocatorMetrics(this.root, this.backend, 10);
		metrics.bindTo(composite);
		metrics.bindTo(second);
		ManagedAllocator child = this.root.child("job", (spec) -> {
		});
		for (MeterRegistry registry : List.of(first, second)) {
			assertThat(registry.find("freehold.memory.used").tag("allocator", "root/job").gauge()).isNotNull();
		}
		child.close();
		for (MeterRegistry registry : List.of(first, second)) {
			assertThat(registry.find("freehold.memory.used").tag("allocator", "root/job").gauge()).isNull();
		}
	}

	@Test
	void whenClosedShouldFollowTheTreeNoMore() {
		AllocatorMetrics metrics = new AllocatorMetrics(this.root, this.backend, 10);
		metrics.bindTo(this.registry);
		metrics.close();
		this.root.child("late", (spec) -> {
		});
		assertThat(meters("root/late")).isEmpty();
	}

	@Test
	void whenScrapedByPrometheusShouldHaveConventionalNames() {
		PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		new AllocatorMetrics(this.root, this.backend, 10).bindTo(prometheus);
		// one without a limit has fewer meters, of the same names and tags
		this.root.child("images", (spec) -> {
		}).allocate(LAYOUT);
		String tags = "{allocator=\"root/images\",backend=\"measured\",scope=\"application\"}";
		String rootTags = "{allocator=\"root\",backend=\"measured\",scope=\"application\"}";
		assertThat(prometheus.scrape().lines()).contains("freehold_memory_used_bytes" + tags + " 100.0",
				"freehold_memory_peak_bytes" + tags + " 100.0", "freehold_blocks_live" + tags + " 1.0",
				"freehold_memory_max_bytes" + rootTags + " 10000.0", "freehold_memory_usage" + rootTags + " 0.01",
				"freehold_allocations_total" + tags + " 1.0", "freehold_deallocations_total" + tags + " 0.0",
				"freehold_allocated_bytes_total" + tags + " 100.0", "freehold_leaks_total" + tags + " 0.0",
				"freehold_failures_total" + tags.replace("scope", "reason=\"closed\",scope") + " 0.0",
				"freehold_memory_committed_bytes{backend=\"measured\"} 4096.0",
				"freehold_memory_reserved_bytes{backend=\"measured\"} 8192.0",
				"freehold_memory_cached_bytes{backend=\"measured\"} 1024.0");
	}

	private static class Silent implements GlobalAlloc {

		private final GlobalAlloc system = Backends.get("system");

		@Override
		public long allocate(long size, long alignment) {
			return this.system.allocate(size, alignment);
		}

		@Override
		public void deallocate(long address, long size, long alignment) {
			this.system.deallocate(address, size, alignment);
		}

		@Override
		public String name() {
			return "silent";
		}

	}

	private static final class Measured extends Silent implements MemoryUsage {

		@Override
		public long committedBytes() {
			return 4096;
		}

		@Override
		public long cachedBytes() {
			return 1024;
		}

		@Override
		public long reservedBytes() {
			return 8192;
		}

		@Override
		public String name() {
			return "measured";
		}

	}

	private static final class Failing extends Silent implements MemoryUsage {

		@Override
		public long committedBytes() {
			throw new IllegalStateException("closing");
		}

		@Override
		public long cachedBytes() {
			throw new IllegalStateException("closing");
		}

		@Override
		public String name() {
			return "failing";
		}

	}

}
