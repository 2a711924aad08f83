package io.freehold.spring.autoconfigure;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.freehold.AllocationException;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.budget.Budget;
import io.freehold.global.Global;
import io.freehold.probe.AllocationProbe;
import io.freehold.spring.AllocatorSpecCustomizer;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.actuate.AllocatorsDescriptor.GlobalDescriptor;
import io.freehold.spring.actuate.AllocatorsEndpoint;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A program that tells what becomes of {@link Global} as contexts come and go.
 */
@SuppressWarnings("SystemOut")
final class GlobalContexts {

	private static final Layout HUNDRED = Layout.ofBytes(100);

	private static final Layout LAYOUT = Layout.ofBytes(48);

	private static final Allocator GLOBAL = Global.allocator();

	/** Calls of the first context's probe after it was closed. */
	private static final AtomicInteger LATE = new AtomicInteger();

	private GlobalContexts() {
	}

	public static void main(String[] arguments) {
		say("before: " + Global.installed().isPresent());
		WeakReference<Object> probe = new WeakReference<>(null);
		MemorySegment kept;
		try (ConfigurableApplicationContext first = run(null, Probed.class, "--spring.application.name=first",
				"--freehold.global.limit=1MB")) {
			kept = GLOBAL.allocate(HUNDRED);
			probe = new WeakReference<>(first.getBean(LateProbe.class));
			refused();
			say("raw: " + Global.alloc(Layout.ofBytes(2 << 20)));
			MemorySegment freed = GLOBAL.allocate(LAYOUT);
			GLOBAL.deallocate(freed, LAYOUT);
			try {
				GLOBAL.deallocate(freed, LAYOUT);
			}
			catch (MisuseException ex) {
				say("double free: " + ex.kind());
			}
		}
		say("closed: " + Global.holders());
		say("probe forgotten: " + isCleared(probe));
		restart(kept);
		say("probe called after close: " + LATE.get());
		severalOpen();
		failed();
		withChild();
		ownBackend();
		say("at last: " + Global.holders().stream().filter((holder) -> holder.blocks() != 0).toList());
	}

	private static void refused() {
		try {
			GLOBAL.allocate(Layout.ofBytes(2 << 20));
		}
		catch (AllocationException ex) {
			String message = String.valueOf(ex.getMessage());
			say("first: " + ex.allocatorName() + " " + ex.reason() + " " + Global.holders().getFirst().holder()
					+ (message.contains("root: limit 1048576, used 100") ? " 1048576" : message) + " "
					+ !message.contains("backend refused"));
		}
	}

	/** As the developer tools do. */
	private static void restart(MemorySegment kept) {
		try (ConfigurableApplicationContext second = run(null, Application.class, "--spring.application.name=second",
				"--freehold.global.limit=64MB")) {
			Layout large = Layout.ofBytes(10 << 20);
			MemorySegment block = GLOBAL.allocate(large);
			say("restarted: " + used(second) + " " + current(second));
			GLOBAL.deallocate(block, large);
			say("of the first: " + first(second));
			kept.fill((byte) 7);
			Layout larger = Layout.ofBytes(200);
			MemorySegment grown = GLOBAL.grow(kept, HUNDRED, larger);
			say("resized: " + (grown.get(ValueLayout.JAVA_BYTE, 99) == 7) + " " + used(second));
			say("of the first: " + first(second));
			GLOBAL.deallocate(grown, larger);
		}
	}

	private static String first(ApplicationContext context) {
		return global(context).stream()
			.filter((holder) -> holder.context().equals("first"))
			.findFirst()
			.map((holder) -> holder.used() + (holder.closed() ? " closed" : " open"))
			.orElse("none");
	}

	private static boolean current(ApplicationContext context) {
		return global(context).stream()
			.anyMatch((holder) -> holder.current() && holder.context().equals(context.getId()));
	}

	private static List<GlobalDescriptor> global(ApplicationContext context) {
		AllocatorTree tree = context.getBean(AllocatorTree.class);
		return new AllocatorsEndpoint(tree.backend(), tree.root()).allocators().global();
	}

	private static long used(ApplicationContext context) {
		return context.getBean(AllocatorTree.class).get("global").budget().used();
	}

	private static void severalOpen() {
		ConfigurableApplicationContext older = run(null, Application.class, "--freehold.global.limit=1KB");
		ConfigurableApplicationContext newer = run(null, Application.class);
		MemorySegment block = GLOBAL.allocate(LAYOUT);
		say("older gets nothing: " + used(older) + " " + used(newer));
		GLOBAL.deallocate(block, LAYOUT);
		newer.close();
		block = GLOBAL.allocate(LAYOUT);
		say("newest closes: " + used(older) + " " + Global.holders().stream().filter((h) -> !h.attached()).count());
		GLOBAL.deallocate(block, LAYOUT);
		newer = run(null, Application.class);
		older.close();
		Layout other = Layout.ofBytes(64);
		block = GLOBAL.allocate(other);
		say("older closes: " + used(newer) + " " + Global.installed().orElseThrow().name());
		GLOBAL.deallocate(block, other);
		newer.close();
	}

	private static void failed() {
		try {
			run(null, Failing.class, "--freehold.global.limit=1KB");
		}
		catch (RuntimeException ex) {
			Layout large = Layout.ofBytes(1 << 20);
			MemorySegment block = GLOBAL.allocate(large);
			GLOBAL.deallocate(block, large);
			say("failed: unlimited " + Global.installed().orElseThrow().name());
		}
	}

	private static void withChild() {
		try (ConfigurableApplicationContext parent = run(null, Application.class);
				ConfigurableApplicationContext child = run(parent, Application.class)) {
			Layout sixteen = Layout.ofBytes(16);
			MemorySegment block = GLOBAL.allocate(sixteen);
			AllocatorTree tree = child.getBean(AllocatorTree.class);
			say("with child: " + used(parent) + " " + tree.top().root().budget().used());
			GLOBAL.deallocate(block, sixteen);
		}
	}

	private static void ownBackend() {
		try (ConfigurableApplicationContext context = run(null, Application.class, "--freehold.global.backend=lent")) {
			MemorySegment block = GLOBAL.allocate(LAYOUT);
			say("backend of its own: " + Global.installed().orElseThrow().name() + " "
					+ ((TestBackends.Closeable) context.getBean(AllocatorTree.class).backend()).liveBlocks());
			GLOBAL.deallocate(block, LAYOUT);
		}
	}

	private static boolean isCleared(WeakReference<?> reference) {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
		while (reference.get() != null && System.nanoTime() - deadline < 0) {
			System.gc();
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
		}
		return reference.get() == null;
	}

	private static void say(String line) {
		System.out.println(line);
	}

	private static ConfigurableApplicationContext run(@Nullable ConfigurableApplicationContext parent, Class<?> source,
			String... arguments) {
		SpringApplicationBuilder builder = new SpringApplicationBuilder(source).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "logging.level.root=off")
			.registerShutdownHook(false);
		return ((parent != null) ? builder.parent(parent) : builder).run(arguments);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(FreeholdAutoConfiguration.class)
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(FreeholdAutoConfiguration.class)
	static class Probed {

		@Bean
		LateProbe lateProbe() {
			return new LateProbe();
		}

		@Bean
		AllocatorSpecCustomizer customizer(LateProbe probe) {
			return (spec) -> spec.probe(probe);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(FreeholdAutoConfiguration.class)
	static class Failing {

		@Bean
		String failing(AllocatorTree tree) {
			throw new IllegalStateException("on purpose, after " + tree.root() + Budget.UNLIMITED);
		}

	}

	/** Counts what it is told after its context has closed. */
	static final class LateProbe implements AllocationProbe, AutoCloseable {

		private volatile boolean closed;

		@Override
		public void allocated(String allocator, long address, long size) {
			count();
		}

		@Override
		public void deallocated(String allocator, long address, long size) {
			count();
		}

		@Override
		public void failed(String allocator, Layout layout, AllocationException.Reason reason) {
			count();
		}

		private void count() {
			if (this.closed) {
				LATE.incrementAndGet();
			}
		}

		@Override
		public void close() {
			this.closed = true;
		}

	}

}
