package io.freehold.spring.autoconfigure;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileManager.Location;
import javax.tools.JavaFileObject;
import javax.tools.JavaFileObject.Kind;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import io.freehold.AllocationException;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.NamedAllocator;
import io.freehold.spring.RequestAllocator;
import io.freehold.spring.autoconfigure.scope.AllocatorArgumentsAutoConfiguration;
import io.freehold.spring.autoconfigure.scope.ReactiveAllocatorArgumentsAutoConfiguration;
import io.freehold.spring.autoconfigure.scope.ReactiveRequestAllocatorAutoConfiguration;
import io.freehold.spring.autoconfigure.scope.RequestAllocatorAutoConfiguration;
import io.freehold.spring.scope.MissingScopeException;
import io.freehold.spring.scope.reactive.RequestMemoryWebFilter;

import org.junit.jupiter.api.Test;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.web.context.reactive.AnnotationConfigReactiveWebApplicationContext;
import org.springframework.boot.web.context.reactive.GenericReactiveWebApplicationContext;
import org.springframework.boot.web.context.servlet.AnnotationConfigServletWebApplicationContext;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.javapoet.ClassName;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.MockServletContext;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.support.GenericWebApplicationContext;
import org.springframework.web.reactive.DispatcherHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A context that is prepared ahead of time, compiled and started.
 */
class AotTests {

	private static final String[] PROPERTIES = { "freehold.global.limit=1MB",
			"freehold.allocators.image-cache.limit=64KB", "freehold.allocators.index.limit=32KB" };

	@Test
	void whenPreparedAheadOfTimeShouldInjectTheSameAllocators() {
		AnnotationConfigServletWebApplicationContext prepared = new AnnotationConfigServletWebApplicationContext();
		prepared.setServletContext(new MockServletContext());
		prepared.register(Application.class);
		ApplicationContextInitializer<GenericApplicationContext> initializer = processAheadOfTime("Servlet", prepared);
		GenericWebApplicationContext context = new GenericWebApplicationContext(new MockServletContext());
		TestPropertyValues.of(PROPERTIES).applyTo(context);
		initializer.initialize(context);
		AllocatorTree tree;
		try (context) {
			context.refresh();
			tree = context.getBean(AllocatorTree.class);
			assertThat(tree.root().budget().limit()).isEqualTo(1 << 20);
			Consumer consumer = context.getBean(Consumer.class);
			assertThat(consumer.plain()).isSameAs(tree.get("application"));
			assertThat(consumer.images()).isSameAs(tree.get("image-cache"));
			assertThat(consumer.index()).isSameAs(tree.get("index"));
			assertThat(consumer.request()).isSameAs(context.getBean("requestAllocator"));
			assertThat(context.getBean(ManagedAllocator.class)).isSameAs(tree.get("application"));
			assertThat(context.getBeanFactory().getMergedBeanDefinition("imageCacheAllocator").isAutowireCandidate())
				.isTrue();
			consumer.images().allocate(Layout.ofBytes(64 << 10));
			assertThatExceptionOfType(AllocationException.class)
				.isThrownBy(() -> consumer.images().allocate(Layout.ofBytes(1)));
			consumer.plain().allocate(Layout.ofBytes(8));
			assertThatExceptionOfType(MissingScopeException.class)
				.isThrownBy(() -> consumer.request().allocate(Layout.ofBytes(1)));
		}
		assertThat(tree.root().isClosed()).isTrue();
		assertThat(tree.root().budget().used()).isZero();
	}

	@Test
	void whenPreparedAheadOfTimeShouldKeepMemoryOfReactiveRequests() {
		AnnotationConfigReactiveWebApplicationContext prepared = new AnnotationConfigReactiveWebApplicationContext();
		prepared.register(ReactiveApplication.class);
		ApplicationContextInitializer<GenericApplicationContext> initializer = processAheadOfTime("Reactive", prepared);
		GenericReactiveWebApplicationContext context = new GenericReactiveWebApplicationContext();
		TestPropertyValues.of(PROPERTIES).applyTo(context);
		initializer.initialize(context);
		try (context) {
			context.refresh();
			AllocatorTree tree = context.getBean(AllocatorTree.class);
			MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/index"));
			context.getBean(RequestMemoryWebFilter.class)
				.filter(exchange, context.getBean(DispatcherHandler.class)::handle)
				.block(Duration.ofSeconds(30));
			assertThat(exchange.getResponse().getBodyAsString().block(Duration.ofSeconds(30)))
				.isEqualTo("root/index 64");
			assertThat(tree.get("request").stats().regionsOpened()).isOne();
			assertThat(tree.get("request").stats().openRegions()).isZero();
		}
	}

	/**
	 * Prepares a context; classes that are generated for another one have other names.
	 */
	private static ApplicationContextInitializer<GenericApplicationContext> processAheadOfTime(String kind,
			GenericApplicationContext context) {
		InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();
		DefaultGenerationContext generation = new DefaultGenerationContext(
				new ClassNameGenerator(ClassName.get(AotTests.class), kind), files);
		TestPropertyValues.of(PROPERTIES).applyTo(context);
		ClassName initializer = new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		generation.writeGeneratedContent();
		Map<String, Class<?>> compiled = load(compile(files));
		return instantiate(Objects.requireNonNull(compiled.get(initializer.canonicalName())));
	}

	@SuppressWarnings("unchecked")
	private static ApplicationContextInitializer<GenericApplicationContext> instantiate(Class<?> type) {
		return (ApplicationContextInitializer<GenericApplicationContext>) BeanUtils.instantiateClass(type);
	}

	private static Map<String, byte[]> compile(InMemoryGeneratedFiles files) {
		List<Source> sources = new ArrayList<>();
		files.getGeneratedFiles(GeneratedFiles.Kind.SOURCE).forEach((path, content) -> {
			try {
				sources
					.add(new Source(path, new String(content.getInputStream().readAllBytes(), StandardCharsets.UTF_8)));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		StringWriter messages = new StringWriter();
		try (Output output = new Output(compiler.getStandardFileManager(null, null, null))) {
			boolean success = compiler
				.getTask(messages, output, null, List.of("-proc:none", "-classpath", classPath()), null, sources)
				.call();
			assertThat(success).as(messages.toString()).isTrue();
			Map<String, byte[]> compiled = new LinkedHashMap<>();
			output.classes.forEach((name, bytes) -> compiled.put(name, bytes.toByteArray()));
			return compiled;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String classPath() {
		return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
	}

	/**
	 * Defines classes beside those they belong to, since they use what only their
	 * packages can see.
	 */
	private static Map<String, Class<?>> load(Map<String, byte[]> compiled) {
		Map<String, Class<?>> loaded = new LinkedHashMap<>();
		compiled.forEach((name, bytes) -> {
			try {
				loaded.put(name,
						MethodHandles.privateLookupIn(neighbour(name), MethodHandles.lookup()).defineClass(bytes));
			}
			catch (IllegalAccessException ex) {
				throw new IllegalStateException(ex);
			}
		});
		return loaded;
	}

	/** Returns the class that a class was generated for: its name comes first. */
	private static Class<?> neighbour(String name) {
		String outer = name;
		while (outer.lastIndexOf('_') > 0) {
			outer = outer.substring(0, outer.lastIndexOf('_'));
			if (ClassUtils.isPresent(outer, null)) {
				return ClassUtils.resolveClassName(outer, null);
			}
		}
		throw new IllegalStateException("no class is the neighbour of " + name);
	}

	private static final class Source extends SimpleJavaFileObject {

		private final String content;

		Source(String path, String content) {
			super(URI.create("memory:///" + path), Kind.SOURCE);
			this.content = content;
		}

		@Override
		public CharSequence getCharContent(boolean ignoreEncodingErrors) {
			return this.content;
		}

	}

	private static final class Output extends ForwardingJavaFileManager<JavaFileManager> {

		final Map<String, ByteArrayOutputStream> classes = new LinkedHashMap<>();

		Output(JavaFileManager standard) {
			super(standard);
		}

		@Override
		public JavaFileObject getJavaFileForOutput(Location location, String name, Kind kind, FileObject sibling) {
			return new SimpleJavaFileObject(URI.create("memory:///" + name.replace('.', '/') + ".class"), kind) {

				@Override
				public OutputStream openOutputStream() {
					return Output.this.classes.computeIfAbsent(name, (_) -> new ByteArrayOutputStream());
				}

			};
		}

	}

	record Consumer(Allocator plain, Allocator images, ManagedAllocator index, Allocator request) {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ FreeholdAutoConfiguration.class, RequestAllocatorAutoConfiguration.class,
			AllocatorArgumentsAutoConfiguration.class })
	static class Application {

		@Bean
		Consumer consumer(Allocator plain, @NamedAllocator("image-cache") Allocator images,
				@NamedAllocator("index") ManagedAllocator index, @RequestAllocator Allocator request) {
			return new Consumer(plain, images, index, request);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ FreeholdAutoConfiguration.class, ReactiveRequestAllocatorAutoConfiguration.class,
			ReactiveAllocatorArgumentsAutoConfiguration.class, WebFluxAutoConfiguration.class })
	@Import(Controller.class)
	static class ReactiveApplication {

	}

	@RestController
	static class Controller {

		@GetMapping("/index")
		String index(@NamedAllocator("index") ManagedAllocator index, @RequestAllocator Allocator memory) {
			return index.name() + " " + memory.allocate(Layout.ofBytes(64)).byteSize();
		}

	}

}
