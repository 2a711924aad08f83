package io.freehold.spring.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.freehold.AllocationException;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.actuate.AllocatorsEndpoint;
import io.freehold.spring.health.AllocatorHealthIndicator;
import io.freehold.spring.metrics.AllocatorMetrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Parent and child contexts have one tree: one budget, one endpoint, one health, and
 * meters that tell them apart.
 */
class ContextHierarchyTests {

	private static final String JETTY = "org.springframework.boot.jetty.autoconfigure.";

	private static final Duration DEADLINE = Duration.ofSeconds(30);

	private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

	private ConfigurableApplicationContext run(@Nullable ConfigurableApplicationContext parent, Class<?> source,
			String... properties) {
		return run(parent, source, WebApplicationType.NONE, properties);
	}

	private ConfigurableApplicationContext run(@Nullable ConfigurableApplicationContext parent, Class<?> source,
			WebApplicationType type, String... properties) {
		List<String> arguments = new ArrayList<>(List.of("--spring.main.banner-mode=off", "--server.port=0",
				"--spring.autoconfigure.exclude=" + JETTY + "servlet.JettyServletWebServerAutoConfiguration," + JETTY
						+ "actuate.web.server.JettyServletManagementContextAutoConfiguration"));
		for (String property : properties) {
			arguments.add("--" + property);
		}
		SpringApplicationBuilder builder = new SpringApplicationBuilder(source).web(type);
		ConfigurableApplicationContext context = ((parent != null) ? builder.parent(parent) : builder)
			.run(arguments.toArray(String[]::new));
		this.contexts.add(context);
		return context;
	}

	private static ManagedAllocator images(ApplicationContext context) {
		return context.getBean("imagesAllocator", ManagedAllocator.class);
	}

	private static double used(ApplicationContext context, String allocator) {
		return context.getBean(MeterRegistry.class)
			.get("freehold.memory.used")
			.tag("allocator", allocator)
			.gauge()
			.value();
	}

	private static long uses(MeterRegistry registry, String allocator) {
		return registry.find("freehold.memory.used").tag("allocator", allocator).meters().size();
	}

	@AfterEach
	void close() {
		this.contexts.reversed().forEach(ConfigurableApplicationContext::close);
	}

	@Test
	void whenChildrenServeRequestsShouldShowTheirBytesOnEachOfThem() throws Exception {
		String[] watched = { "management.endpoints.web.exposure.include=*",
				"management.endpoint.health.show-details=always", "freehold.allocators.images.limit=2MB" };
		ConfigurableApplicationContext parent = run(null, Watched.class, "management.endpoints.web.exposure.include=*",
				"freehold.global.limit=1MB", "management.endpoint.health.show-details=always");
		ConfigurableApplicationContext orders = run(parent, Watched.class, WebApplicationType.SERVLET,
				with(watched, "spring.application.name=orders"));
		ConfigurableApplicationContext billing = run(parent, Watched.class, WebApplicationType.SERVLET,
				with(watched, "spring.application.name=billing"));
		images(orders).allocate(Layout.ofBytes(300_000));
		images(billing).allocate(Layout.ofBytes(700_000));
		for (ConfigurableApplicationContext child : List.of(orders, billing)) {
			JsonNode root = get(child, "allocators").path("root");
			assertThat(root.path("used").asLong(-1)).isEqualTo(1_000_000);
			assertThat(root.path("limit").asLong(-1)).isEqualTo(1 << 20);
			assertThat(get(child, "allocators/root/orders/images").path("used").asLong(-1)).isEqualTo(300_000);
			assertThat(get(child, "allocators/root/billing/images").path("used").asLong(-1)).isEqualTo(700_000);
			assertThat(health(child).path("root").path("used").asLong(-1)).isEqualTo(1_000_000);
			JsonNode used = get(child, "metrics/freehold.memory.used?tag=allocator:root/billing/images");
			assertThat(used.path("measurements").path(0).path("value").asLong(-1)).isEqualTo(700_000);
		}
		// fits the child's own limits
		assertThatExceptionOfType(AllocationException.class)
			.isThrownBy(() -> images(billing).allocate(Layout.ofBytes(100_000)))
			.withMessageContaining("root: limit 1048576")
			.withMessageContaining("root/billing/images: limit 2097152");
		billing.close();
		assertThat(get(orders, "allocators").path("root").path("used").asLong(-1)).isEqualTo(300_000);
		assertThat(used(orders, "root/orders/images")).isEqualTo(300_000);
		assertThat(uses(orders.getBean(MeterRegistry.class), "root/billing/images")).isZero();
	}

	private static String[] with(String[] properties, String more) {
		List<String> all = new ArrayList<>(List.of(properties));
		all.add(more);
		return all.toArray(String[]::new);
	}

	private static JsonNode get(ApplicationContext context, String path) throws Exception {
		String port = context.getEnvironment().getProperty("local.server.port");
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/" + path))
			.timeout(DEADLINE)
			.build();
		try (HttpClient client = HttpClient.newHttpClient()) {
			HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
			return JsonMapper.shared().readTree(response.body());
		}
	}

	private static JsonNode health(ApplicationContext context) throws Exception {
		return get(context, "health").path("components").path("freehold").path("details");
	}

	@Test
	void whenAllAreAutoConfiguredShouldHaveOneOfEach() {
		ConfigurableApplicationContext parent = run(null, Watched.class, "management.endpoints.web.exposure.include=*");
		ConfigurableApplicationContext child = run(parent, Watched.class);
		for (Class<?> type : List.of(AllocatorsEndpoint.class, AllocatorHealthIndicator.class,
				AllocatorMetrics.class)) {
			assertThat(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(child, type)).as(type.getName()).hasSize(1);
		}
	}

	@Test
	void whenLimitOfChildIsReachedShouldShowInHealth() {
		ConfigurableApplicationContext parent = run(null, Watched.class);
		ConfigurableApplicationContext child = run(parent, Watched.class, "spring.application.name=shop",
				"freehold.global.limit=1000");
		child.getBean(Allocator.class).allocate(Layout.ofBytes(950));
		AllocatorHealthIndicator indicator = parent.getBean(AllocatorHealthIndicator.class);
		assertThat(indicator.health()).isNotNull()
			.satisfies((health) -> assertThat(health.getDetails().get("root/shop"))
				.hasToString("{used=950, limit=1000, usage=0.95}"));
		child.close();
		assertThat(indicator.health()).isNotNull()
			.satisfies((health) -> assertThat(health.getDetails()).doesNotContainKey("root/shop"));
	}

	@Test
	void whenChildrenHaveNoNameShouldBeToldApartByTheirIds() {
		ConfigurableApplicationContext parent = run(null, Plain.class);
		ConfigurableApplicationContext first = run(parent, Plain.class);
		ConfigurableApplicationContext second = run(parent, Plain.class);
		assertThat(root(first)).isEqualTo("root/" + first.getId());
		assertThat(root(second)).isEqualTo("root/" + second.getId()).isNotEqualTo(root(first));
		ConfigurableApplicationContext grandchild = run(second, Plain.class);
		assertThat(root(grandchild)).isEqualTo(root(second) + "/" + grandchild.getId());
		assertThat(grandchild.getBean(AllocatorTree.class).top()).isSameAs(parent.getBean(AllocatorTree.class));
	}

	@Test
	void whenNameIsTakenOrReservedShouldAddNumber() {
		ConfigurableApplicationContext parent = run(null, Plain.class, "freehold.allocators.shop.limit=1KB");
		assertThat(root(run(parent, Plain.class, "spring.application.name=shop"))).isEqualTo("root/shop-2");
		assertThat(root(run(parent, Plain.class, "spring.application.name=shop"))).isEqualTo("root/shop-3");
		assertThat(root(run(parent, Plain.class, "spring.application.name=request"))).isEqualTo("root/request-2");
		assertThat(root(run(parent, Plain.class, "spring.application.name=a/b"))).isEqualTo("root/a-b");
	}

	private static String root(ApplicationContext context) {
		return context.getBean(AllocatorTree.class).root().name();
	}

	@Test
	void whenChildClosesShouldEndItsSubtreeOnly() {
		ConfigurableApplicationContext parent = run(null, Plain.class);
		ConfigurableApplicationContext first = run(parent, Plain.class);
		ConfigurableApplicationContext second = run(parent, Plain.class);
		var block = first.getBean(Allocator.class).allocate(Layout.ofBytes(64));
		var kept = second.getBean(Allocator.class).allocate(Layout.ofBytes(32));
		AllocatorTree tree = parent.getBean(AllocatorTree.class);
		assertThat(tree.root().budget().used()).isEqualTo(96);
		assertThat(tree.roots()).hasSize(3);
		first.close();
		assertThatIllegalStateException().isThrownBy(() -> block.fill((byte) 1));
		kept.fill((byte) 1);
		assertThat(tree.root().budget().used()).isEqualTo(32);
		assertThat(tree.roots()).hasSize(2);
		parent.close();
		assertThatIllegalStateException().isThrownBy(() -> kept.fill((byte) 1));
	}

	@Test
	void whenChildHasBackendOfItsOwnShouldUseItWithinTheSameBudget() {
		ConfigurableApplicationContext parent = run(null, Plain.class, "freehold.global.limit=1KB");
		ConfigurableApplicationContext child = run(parent, OwnBackend.class, "freehold.global.limit=1MB");
		child.getBean(Allocator.class).allocate(Layout.ofBytes(1000));
		assertThat(child.getBean("ownBackend", TestBackends.Closeable.class).liveBlocks()).isOne();
		assertThat(child.getBean(AllocatorTree.class).root().backend()).isEqualTo("own");
		assertThatExceptionOfType(AllocationException.class)
			.isThrownBy(() -> parent.getBean(Allocator.class).allocate(Layout.ofBytes(100)));
		child.close();
		assertThat(child.isActive()).isFalse();
		parent.getBean(Allocator.class).allocate(Layout.ofBytes(100));
	}

	@Test
	void whenSiblingsShareRegistryShouldKeepMetersOfTheOther() {
		ConfigurableApplicationContext parent = run(null, Plain.class);
		// whose registry would come in between
		String only = "management.prometheus.metrics.export.enabled=false";
		ConfigurableApplicationContext first = run(parent, SharedRegistry.class, only, "spring.application.name=one");
		ConfigurableApplicationContext second = run(parent, SharedRegistry.class, only, "spring.application.name=two");
		second.getBean(Allocator.class).allocate(Layout.ofBytes(10));
		MeterRegistry registry = SharedRegistry.REGISTRY;
		assertThat(uses(registry, "root/one/application")).isOne();
		Meter committed = registry.get("freehold.memory.committed").gauge();
		first.close();
		assertThat(uses(registry, "root/one/application")).isZero();
		assertThat(used(second, "root/two/application")).isEqualTo(10);
		assertThat(registry.get("freehold.memory.committed").gauge()).isSameAs(committed);
		second.close();
		assertThat(registry.getMeters()).extracting((meter) -> meter.getId().getName())
			.noneMatch((name) -> name.startsWith("freehold."));
	}

	@Test
	void whenOnlyChildHasEndpointShouldShowWholeTree() {
		ConfigurableApplicationContext parent = run(null, Plain.class);
		parent.getBean(Allocator.class).allocate(Layout.ofBytes(7));
		ConfigurableApplicationContext child = run(parent, Watched.class,
				"management.endpoints.web.exposure.include=*");
		assertThat(child.getBean(AllocatorsEndpoint.class).allocators().root().used()).isEqualTo(7);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Watched {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(FreeholdAutoConfiguration.class)
	static class Plain {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(FreeholdAutoConfiguration.class)
	static class OwnBackend {

		@Bean
		GlobalAlloc ownBackend() {
			return new TestBackends.Closeable("own");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class SharedRegistry {

		static final MeterRegistry REGISTRY = new SimpleMeterRegistry();

		@Bean(destroyMethod = "")
		MeterRegistry meterRegistry() {
			return REGISTRY;
		}

	}

}
