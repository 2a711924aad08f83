package io.freehold.spring.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.global.Global;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.autoconfigure.scope.RequestAllocatorAutoConfiguration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Several contexts in one JVM.
 */
class SeveralContextsTests {

	private static final String WARNING = "Global stays with backend";

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(FreeholdAutoConfiguration.class));

	@Test
	void whenThereAreSeveralShouldEachHaveItsOwnTree() {
		this.contextRunner.withPropertyValues("freehold.global.limit=1MB")
			.run((first) -> this.contextRunner.withPropertyValues("freehold.global.limit=2MB").run((second) -> {
				AllocatorTree firstTree = first.getBean(AllocatorTree.class);
				AllocatorTree secondTree = second.getBean(AllocatorTree.class);
				assertThat(firstTree.root()).isNotSameAs(secondTree.root());
				assertThat(firstTree.backend()).isSameAs(secondTree.backend());
				assertThat(firstTree.root().budget().limit()).isEqualTo(1 << 20);
				assertThat(secondTree.root().budget().limit()).isEqualTo(2 << 20);
				Layout layout = Layout.ofBytes(64);
				var block = second.getBean(Allocator.class).allocate(layout);
				assertThat(secondTree.get("application").budget().used()).isEqualTo(64);
				assertThat(firstTree.get("application").budget().used()).isZero();
				second.getBean(Allocator.class).deallocate(block, layout);
			}));
	}

	@Test
	void whenContextThatInstalledGlobalIsClosedShouldStillServe() {
		this.contextRunner.run((context) -> {
		});
		Layout layout = Layout.ofBytes(16);
		var block = Global.allocator().allocate(layout);
		block.fill((byte) 1);
		Global.allocator().deallocate(block, layout);
		this.contextRunner.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void whenContextsComeAndGoShouldHaveGlobalFollowThem() throws IOException, InterruptedException {
		assertThat(run(GlobalContexts.class)).containsExactly("before: false",
				"first: root/global LIMIT_EXCEEDED first 1048576 true", "raw: 0", "double free: UNKNOWN_BLOCK",
				"closed: [GlobalHolder[holder=first, allocator=root/global, "
						+ "backend=pooled, attached=false, current=false, bytes=100, blocks=1]]",
				"probe forgotten: true", "restarted: 10485760 true", "of the first: 100 closed", "resized: true 200",
				"of the first: none", "probe called after close: 0", "older gets nothing: 0 48", "newest closes: 48 0",
				"older closes: 64 pooled", "failed: unlimited system", "with child: 16 16",
				"backend of its own: lent 1", "at last: []");
	}

	@Test
	void whenApplicationHasInstalledBackendShouldLeaveItAndWarn() throws IOException, InterruptedException {
		assertThat(run(InstalledGlobal.class)).containsSequence("installed: true [root/application]", "holders: []")
			.filteredOn((line) -> line.contains(WARNING))
			.singleElement()
			.asString()
			.endsWith("Global stays with backend 'system', which was chosen first in this JVM;"
					+ " the allocators of this context use backend 'pooled'");
	}

	/** Runs a program in a JVM of its own, in which nothing is installed yet. */
	private static List<String> run(Class<?> program) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
				"--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path", ""),
				program.getName())
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(output).isZero();
		return output.lines().filter((line) -> !line.contains(" INFO ")).toList();
	}

	@Test
	void whenContextIsClosedShouldCloseItsTreeOnly() {
		this.contextRunner.run((outer) -> {
			AllocatorTree[] inner = new AllocatorTree[1];
			this.contextRunner.run((context) -> inner[0] = context.getBean(AllocatorTree.class));
			assertThat(inner[0].root().isClosed()).isTrue();
			assertThat(outer.getBean(AllocatorTree.class).root().isOpen()).isTrue();
		});
	}

	@Test
	void whenThereIsParentShouldHaveOwnTreeInChild() {
		try (ConfigurableApplicationContext parent = run(null, "freehold.allocators.images.limit=1KB")) {
			AllocatorTree parentTree = parent.getBean(AllocatorTree.class);
			AllocatorTree childTree;
			try (ConfigurableApplicationContext child = run(parent, "freehold.allocators.images.limit=2KB",
					"freehold.allocators.index.limit=3KB")) {
				childTree = child.getBean(AllocatorTree.class);
				assertThat(childTree).isNotSameAs(parentTree);
				assertThat(child.getBean(Allocator.class)).isSameAs(childTree.get("application"));
				assertThat(limit(parent, "imagesAllocator")).isEqualTo(1024);
				assertThat(limit(child, "imagesAllocator")).isEqualTo(2048);
				assertThat(limit(child, "indexAllocator")).isEqualTo(3072);
			}
			assertThat(childTree.root().isClosed()).isTrue();
			assertThat(parentTree.root().isOpen()).isTrue();
			parent.getBean(Allocator.class).allocate(Layout.ofBytes(8));
		}
	}

	@Test
	void whenParentHasUsersBackendShouldUseItInChild() {
		try (ConfigurableApplicationContext parent = new SpringApplicationBuilder(OwnBackend.class)
			.web(WebApplicationType.NONE)
			.run(); ConfigurableApplicationContext child = run(parent)) {
			assertThat(child.getBean(AllocatorTree.class).backend()).isSameAs(parent.getBean("ownBackend"));
		}
	}

	@Test
	void whenSeveralChildrenServeRequestsShouldEachHaveTheirRequestAllocator() {
		WebApplicationContextRunner web = new WebApplicationContextRunner().withConfiguration(
				AutoConfigurations.of(FreeholdAutoConfiguration.class, RequestAllocatorAutoConfiguration.class));
		this.contextRunner
			.run((parent) -> web.withParent(parent).run((first) -> web.withParent(parent).run((second) -> {
				assertThat(first).hasNotFailed();
				assertThat(second).hasNotFailed();
				assertThat(second.getBean(AllocatorTree.class).get("request"))
					.isNotSameAs(first.getBean(AllocatorTree.class).get("request"));
			})));
	}

	@Test
	void whenOnlyParentIsSetUpShouldInjectItsAllocatorsIntoChild() {
		this.contextRunner.run((parent) -> new ApplicationContextRunner().withParent(parent)
			.run((child) -> assertThat(child.getBean(Allocator.class))
				.isSameAs(parent.getBean("applicationAllocator"))));
	}

	@Test
	void whenTreeIsAskedForUnknownAllocatorShouldSayWhich() {
		this.contextRunner.run((context) -> assertThat(context.getBean(AllocatorTree.class))
			.satisfies((tree) -> assertThatIllegalArgumentException().isThrownBy(() -> tree.get("nobody"))
				.withMessage("there is no allocator 'root/nobody'")));
	}

	@Test
	void whenTreeIsClosedShouldRefuseNewAllocators() {
		AllocatorTree tree = new AllocatorTree(Backends.get("system"), List.of(), (spec) -> {
		});
		tree.close();
		tree.close();
		assertThatIllegalStateException().isThrownBy(() -> tree.add("late", (spec) -> {
		}));
	}

	private static long limit(ConfigurableApplicationContext context, String bean) {
		return context.getBean(bean, ManagedAllocator.class).budget().limit();
	}

	private static ConfigurableApplicationContext run(@Nullable ConfigurableApplicationContext parent,
			String... properties) {
		SpringApplicationBuilder builder = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties(properties);
		return ((parent != null) ? builder.parent(parent) : builder).run();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(FreeholdAutoConfiguration.class)
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnBackend {

		@Bean
		GlobalAlloc ownBackend() {
			return new TestBackends.Closeable("parents");
		}

	}

}
