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
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Several contexts in one JVM. What is installed as {@link Global} when a test begins
 * depends on the tests before it, so that each first makes sure that something is.
 */
@ExtendWith(OutputCaptureExtension.class)
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
	void whenThereAreSeveralShouldCountGlobalInAtMostOne() {
		this.contextRunner.run((first) -> {
			GlobalAlloc installed = Global.installed().orElseThrow();
			this.contextRunner.run((second) -> {
				assertThat(Global.installed()).containsSame(installed);
				assertThat(hasGlobal(second)).isFalse();
			});
			assertThat(Global.installed()).containsSame(installed);
			if (hasGlobal(first)) {
				ManagedAllocator global = first.getBean(AllocatorTree.class).get("global");
				assertThat(global.scope()).isEqualTo("global");
				long before = global.budget().used();
				Layout layout = Layout.ofBytes(48);
				var block = Global.allocator().allocate(layout);
				assertThat(global.budget().used() - before).isEqualTo(48);
				Global.allocator().deallocate(block, layout);
			}
		});
	}

	private static boolean hasGlobal(ConfigurableApplicationContext context) {
		return context.getBean(AllocatorTree.class)
			.root()
			.children()
			.stream()
			.anyMatch((child) -> child.name().equals("root/global"));
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
	void whenLaterContextHasSameBackendShouldSayNothing(CapturedOutput output) {
		this.contextRunner.run((context) -> {
		});
		String installed = Global.installed().orElseThrow().name();
		this.contextRunner.withBean("ownBackend", GlobalAlloc.class, () -> new TestBackends.Closeable(installed))
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void whenLaterContextHasOtherBackendShouldUseItAndWarnThatGlobalStays(CapturedOutput output) {
		this.contextRunner.run((context) -> {
		});
		GlobalAlloc installed = Global.installed().orElseThrow();
		this.contextRunner.withBean("ownBackend", GlobalAlloc.class, () -> new TestBackends.Closeable("another"))
			.run((context) -> {
				context.getBean(Allocator.class).allocate(Layout.ofBytes(8));
				assertThat(context.getBean("ownBackend", TestBackends.Closeable.class).liveBlocks()).isOne();
			});
		assertThat(Global.installed()).containsSame(installed);
		assertThat(output).containsOnlyOnce(WARNING)
			.contains("Global stays with backend '" + installed.name()
					+ "', which was chosen first in this JVM; the allocators of this context use backend 'another'");
	}

	@Test
	void whenContextIsFirstOfJvmShouldInstallGlobalAndCountIt() throws IOException, InterruptedException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
				"--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path", ""),
				FirstContext.class.getName())
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(output).isZero();
		assertThat(output.lines()).containsSubsequence("before: false", "first: global 1048576 48 48", "freed: 0",
				"refused: 0", "second: [root/application]", "closed: still serves", "third: [root/application]");
		assertThat(output).containsOnlyOnce(WARNING)
			.contains("Global stays with backend 'pooled', which was chosen first in this JVM;"
					+ " the allocators of this context use backend 'lent'");
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
