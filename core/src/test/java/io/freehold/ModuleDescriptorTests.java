package io.freehold;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.freehold.spi.GlobalAllocProvider;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ModuleDescriptorTests {

	private static final Set<String> NOT_EXPORTED = Set.of("io.freehold.internal", "io.freehold.internal.sync",
			"io.freehold.pages", "io.freehold.held");

	private static final String SERVICE = "io.freehold.spi.GlobalAllocProvider";

	private static final String PROVIDER = "io.freehold.backend.SystemAllocProvider";

	private Path classes = Path.of("");

	private ModuleDescriptor descriptor = ModuleDescriptor.newModule("none").build();

	@BeforeEach
	void read() throws URISyntaxException {
		this.classes = Path.of(Layout.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		this.descriptor = ModuleFinder.of(this.classes).find("io.freehold.core").orElseThrow().descriptor();
	}

	@Test
	@DisplayName("G06 all packages are exported, to everybody, except those that say so")
	void exports_allButInternals() {
		assertThat(this.descriptor.exports()).allSatisfy((export) -> assertThat(export.isQualified()).isFalse())
			.extracting(ModuleDescriptor.Exports::source)
			.containsExactlyInAnyOrderElementsOf(
					this.descriptor.packages().stream().filter((name) -> !NOT_EXPORTED.contains(name)).toList())
			.contains("io.freehold", "io.freehold.spi", "io.freehold.global", "io.freehold.managed");
		assertThat(this.descriptor.packages()).containsAll(NOT_EXPORTED);
	}

	@Test
	@DisplayName("G06 the module needs nothing at run time but java.base")
	void requires_nothingButBase() {
		Set<String> required = this.descriptor.requires()
			.stream()
			.filter((requirement) -> !requirement.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
			.map(ModuleDescriptor.Requires::name)
			.collect(Collectors.toSet());
		assertThat(required).containsExactly("java.base");
	}

	@Test
	@DisplayName("G06 the module provides the system backend and uses providers")
	void provides_systemBackend() {
		assertThat(this.descriptor.uses()).containsExactly(SERVICE);
		assertThat(this.descriptor.provides()).singleElement().satisfies((provides) -> {
			assertThat(provides.service()).isEqualTo(SERVICE);
			assertThat(provides.providers()).contains(PROVIDER);
		});
	}

	@Test
	@DisplayName("G06 on the class path the same providers are found as in the module")
	void servicesFile_sameProviders() throws IOException {
		Path file = this.classes.resolve("META-INF/services").resolve(SERVICE);
		try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
			assertThat(lines.map(String::strip).filter((line) -> !line.isEmpty() && !line.startsWith("#")))
				.containsExactlyElementsOf(this.descriptor.provides().iterator().next().providers());
		}
		assertThat(ServiceLoader.load(GlobalAllocProvider.class, GlobalAllocProvider.class.getClassLoader()))
			.extracting((provider) -> provider.getClass().getName())
			.contains(PROVIDER);
	}

	@Test
	@DisplayName("G06 the module is compiled for Java 25")
	void classFiles_areJava25() throws IOException {
		try (InputStream stream = Files.newInputStream(this.classes.resolve("io/freehold/Layout.class"))) {
			byte[] header = stream.readNBytes(8);
			assertThat(header[7]).isEqualTo((byte) 69);
		}
	}

}
