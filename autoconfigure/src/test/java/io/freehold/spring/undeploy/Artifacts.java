package io.freehold.spring.undeploy;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.freehold.Allocator;
import io.freehold.child.ChildJvm;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.undeploy.app.UndeployApplication;
import io.freehold.spring.undeploy.server.Outside;

/**
 * The application and the server as they are built for use, in a folder, from the class
 * path of this process.
 */
final class Artifacts {

	/** What Spring applications bring along. */
	private static final Pattern LIBRARIES = named("spring-(aop|beans|context|core|expression|tx|web|webmvc)",
			"spring-boot(-actuator|-actuator-autoconfigure|-autoconfigure|-health|-http-converter|-jackson"
					+ "|-micrometer-metrics|-micrometer-observation|-persistence|-servlet|-transaction|-web-server"
					+ "|-webmvc)?",
			"micrometer-(commons|core|jakarta9|observation)", "HdrHistogram", "jackson-(annotations|core|databind)",
			"logback-(classic|core)", "slf4j-api", "jul-to-slf4j", "commons-logging");

	/** What a server has. */
	private static final Pattern SERVER = named("tomcat-embed-(core|el)", "jakarta.annotation-api", "jspecify");

	/** What makes a server a part of an application. */
	private static final Pattern EMBEDDED = named("spring-boot-tomcat");

	private final Path folder;

	Artifacts(Path folder) throws IOException {
		this.folder = folder;
		copy(LIBRARIES, libraries());
		pack(origin(Allocator.class), libraries().resolve("freehold-core.jar"));
		pack(origin(AllocatorTree.class), libraries().resolve("freehold-spring-boot-autoconfigure.jar"));
		copyPackage(UndeployApplication.class, classes());
		copyPackage(Outside.class, folder.resolve("server"));
		copy(SERVER, folder.resolve("server-lib"));
		copy(EMBEDDED, folder.resolve("embedded-lib"));
	}

	private static Pattern named(String... artifacts) {
		return Pattern.compile("(" + String.join("|", artifacts) + ")-\\d[^/]*\\.jar");
	}

	/** The application as it is deployed. */
	Path war() {
		return this.folder.resolve("war");
	}

	private Path classes() {
		return war().resolve("WEB-INF").resolve("classes");
	}

	private Path libraries() {
		return war().resolve("WEB-INF").resolve("lib");
	}

	/** The class path of the classes of the application alone. */
	String applicationClasses() {
		return classes() + File.separator;
	}

	/** The class path of what the application brings along, and of a server. */
	String applicationLibraries() throws IOException {
		return join(jars(libraries()), jars(this.folder.resolve("embedded-lib")));
	}

	/** The class path of what a server has. */
	String serverLibraries() throws IOException {
		return jars(this.folder.resolve("server-lib"));
	}

	/** The class path of the programs that run applications. */
	String serverClasses() {
		return this.folder.resolve("server") + File.separator;
	}

	static String join(String... classPaths) {
		return String.join(File.pathSeparator, classPaths);
	}

	/** Runs a program that leaves what is softly reachable to the garbage collector. */
	static ChildJvm run(String program, String classPath, String... arguments)
			throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(List.of("-XX:+UseSerialGC", "-XX:SoftRefLRUPolicyMSPerMB=0", "-Xmx384m",
				"--enable-native-access=ALL-UNNAMED", "--add-opens=java.base/java.io=ALL-UNNAMED",
				"--add-opens=java.base/java.lang=ALL-UNNAMED", "--add-opens=java.rmi/sun.rmi.transport=ALL-UNNAMED",
				"-cp", classPath, program));
		command.addAll(List.of(arguments));
		return ChildJvm.start(command);
	}

	private static String jars(Path folder) throws IOException {
		try (Stream<Path> jars = Files.list(folder)) {
			return jars.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
		}
	}

	private static void copy(Pattern names, Path target) throws IOException {
		Files.createDirectories(target);
		for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
			Path jar = Path.of(entry);
			if (names.matcher(jar.getFileName().toString()).matches()) {
				Files.copy(jar, target.resolve(jar.getFileName()));
			}
		}
	}

	private static Path origin(Class<?> type) {
		try {
			return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Makes a jar of what is one already, or a folder. */
	private static void pack(Path origin, Path jar) throws IOException {
		if (!Files.isDirectory(origin)) {
			Files.copy(origin, jar);
			return;
		}
		try (OutputStream file = Files.newOutputStream(jar); JarOutputStream target = new JarOutputStream(file)) {
			for (Path source : files(origin)) {
				String name = origin.relativize(source).toString().replace(File.separatorChar, '/');
				target.putNextEntry(new JarEntry(name));
				Files.copy(source, target);
				target.closeEntry();
			}
		}
	}

	private static void copyPackage(Class<?> member, Path target) throws IOException {
		Path origin = origin(member);
		for (Path source : files(origin.resolve(member.getPackageName().replace('.', '/')))) {
			Path copy = target.resolve(origin.relativize(source).toString());
			Files.createDirectories(copy.getParent());
			Files.copy(source, copy);
		}
	}

	private static List<Path> files(Path folder) throws IOException {
		try (Stream<Path> files = Files.walk(folder)) {
			return files.filter(Files::isRegularFile).toList();
		}
	}

}
