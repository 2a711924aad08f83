package io.freehold.spring.autoconfigure;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;
import io.freehold.spring.AllocatorSpecCustomizer;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.NamedAllocator;

import jakarta.annotation.PreDestroy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class AllocatorTreeShutdownTests {

	private static final Layout LAYOUT = Layout.ofBytes(32);

	private static final Logger logger = Logger.getLogger("io.freehold");

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(FreeholdAutoConfiguration.class));

	private final List<String> logged = new CopyOnWriteArrayList<>();

	private final Handler handler = new Handler() {

		@Override
		public void publish(LogRecord message) {
			AllocatorTreeShutdownTests.this.logged.add(message.getLevel() + " " + message.getMessage());
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

	};

	private @Nullable Level before;

	@BeforeEach
	void listen() {
		this.before = logger.getLevel();
		logger.setLevel(Level.INFO);
		logger.addHandler(this.handler);
	}

	@AfterEach
	void stopListening() {
		logger.removeHandler(this.handler);
		logger.setLevel(this.before);
	}

	@Test
	void whenBeansStillAllocateWhileTheyAreDestroyedShouldCloseTreeAfterThem() {
		List<String> done = new ArrayList<>();
		AllocatorTree[] tree = new AllocatorTree[1];
		this.contextRunner.withPropertyValues("freehold.allocators.image-cache.limit=1MB")
			.withBean(Events.class, () -> new Events(done))
			.withUserConfiguration(LateUsers.class)
			.run((context) -> tree[0] = context.getBean(AllocatorTree.class));
		assertThat(done).containsExactlyInAnyOrder("lifecycle", "destroy", "pre-destroy", "close");
		assertThat(tree[0].root().isClosed()).isTrue();
		assertThat(tree[0].root().budget().used()).isZero();
		assertThat(this.logged).isEmpty();
	}

	@Test
	void whenApplicationLivedAllocatorsStillHoldBlocksShouldReportThemAsInformation() {
		MemorySegment[] block = new MemorySegment[1];
		AllocatorTree[] tree = new AllocatorTree[1];
		this.contextRunner.withPropertyValues("freehold.allocators.image-cache.limit=1MB").run((context) -> {
			tree[0] = context.getBean(AllocatorTree.class);
			block[0] = context.getBean(Allocator.class).allocate(LAYOUT);
			context.getBean("imageCacheAllocator", Allocator.class).allocate(Layout.ofBytes(5));
		});
		assertThat(this.logged).containsExactlyInAnyOrder(
				"INFO root/application: closed with 1 blocks (32 bytes) still live",
				"INFO root/image-cache: closed with 1 blocks (5 bytes) still live");
		assertThat(tree[0].root().stats().leakedBlocks()).isZero();
		assertThat(tree[0].root().budget().used()).isZero();
		assertThatIllegalStateException().isThrownBy(() -> block[0].fill((byte) 0));
	}

	@Test
	void whenOtherAllocatorsStillHoldBlocksShouldReportThemAsLeaks() {
		AllocatorTree[] tree = new AllocatorTree[1];
		this.contextRunner.run((context) -> {
			tree[0] = context.getBean(AllocatorTree.class);
			ManagedAllocator job = context.getBean("applicationAllocator", ManagedAllocator.class)
				.child("job", (spec) -> {
				});
			job.allocate(LAYOUT);
			job.allocate(LAYOUT);
		});
		assertThat(this.logged)
			.containsExactly("WARNING root/application/job: closed with 2 blocks (64 bytes) still live");
		assertThat(tree[0].root().stats().leakedBlocks()).isEqualTo(2);
		assertThat(tree[0].root().stats().leakedBytes()).isEqualTo(64);
	}

	@Test
	void whenBackendIsUsersBeanShouldCloseItAfterTheTree() {
		TestBackends.Closeable backend = new TestBackends.Closeable("own");
		this.contextRunner.withBean("ownBackend", GlobalAlloc.class, () -> backend).run((context) -> {
			context.getBean(Allocator.class).allocate(LAYOUT);
			assertThat(backend.liveBlocks()).isOne();
		});
		assertThat(backend.isClosed()).isTrue();
		assertThat(backend.liveWhenClosed()).isZero();
	}

	@Test
	void whenBackendIsBeanMethodsConcreteTypeShouldCloseItAfterTheTree() {
		TestBackends.Closeable[] backend = new TestBackends.Closeable[1];
		this.contextRunner.withUserConfiguration(ConcreteBackend.class).run((context) -> {
			backend[0] = context.getBean(TestBackends.Closeable.class);
			context.getBean(Allocator.class).allocate(LAYOUT);
		});
		assertThat(backend[0].isClosed()).isTrue();
		assertThat(backend[0].liveWhenClosed()).isZero();
	}

	@Test
	void whenRefreshFailsHalfWayShouldCloseTree() {
		AllocatorTree[] tree = new AllocatorTree[1];
		this.contextRunner.withBean("failing", Object.class, () -> {
			throw new IllegalStateException("half-way");
		}, (definition) -> definition.setDependsOn("early"))
			.withInitializer((context) -> context.getBeanFactory().addBeanPostProcessor(new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String name) {
					if (bean instanceof AllocatorTree found) {
						tree[0] = found;
					}
					return bean;
				}

			}))
			.withBean("early", Early.class)
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessage("half-way"));
		assertThat(tree[0].root().isClosed()).isTrue();
		assertThat(tree[0].root().budget().used()).isZero();
	}

	@Test
	void whenCustomizerFailsShouldCloseTree() {
		List<String> seen = new ArrayList<>();
		TestBackends.Closeable backend = new TestBackends.Closeable("own");
		this.contextRunner.withBean("ownBackend", GlobalAlloc.class, () -> backend)
			.withPropertyValues("freehold.allocators.images.limit=1MB")
			.withBean(AllocatorSpecCustomizer.class, () -> (spec) -> {
				seen.add(spec.name());
				if (spec.name().equals("root/images")) {
					throw new IllegalArgumentException("no images");
				}
			})
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessage("no images"));
		assertThat(seen).contains("root", "root/application", "root/images");
		assertThat(backend.isClosed()).isTrue();
		assertThat(backend.liveWhenClosed()).isZero();
	}

	record Events(List<String> done) {

	}

	/** Holds a block from its creation on. */
	static class Early {

		final MemorySegment block;

		Early(Allocator allocator) {
			this.block = allocator.allocate(LAYOUT);
		}

	}

	/** Uses its allocator in every way in which a bean can hear of the end. */
	static class LateUser implements SmartLifecycle, DisposableBean, AutoCloseable {

		private final Allocator allocator;

		private final Events events;

		private final MemorySegment held;

		private boolean running;

		LateUser(Allocator allocator, Events events) {
			this.allocator = allocator;
			this.events = events;
			this.held = allocator.allocate(LAYOUT);
		}

		private void use(String event) {
			MemorySegment block = this.allocator.allocate(LAYOUT);
			block.copyFrom(this.held);
			this.allocator.deallocate(block, LAYOUT);
			this.events.done().add(event);
		}

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			use("lifecycle");
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@PreDestroy
		void preDestroy() {
			use("pre-destroy");
		}

		@Override
		public void destroy() {
			use("destroy");
		}

		@Override
		public void close() {
			use("close");
			this.allocator.deallocate(this.held, LAYOUT);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LateUsers {

		/** Does not depend on the tree's beans by any parameter. */
		@Bean(destroyMethod = "close")
		LateUser lateUser(ObjectProvider<AllocatorTree> tree, Events events) {
			return new LateUser(tree.getObject().get("application"), events);
		}

		@Bean
		String named(@NamedAllocator("image-cache") Allocator allocator) {
			allocator.deallocate(allocator.allocate(LAYOUT), LAYOUT);
			return "used";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ConcreteBackend {

		@Bean
		TestBackends.Closeable concreteBackend() {
			return new TestBackends.Closeable("concrete");
		}

	}

}
