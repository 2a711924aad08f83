package io.freehold.global;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.freehold.Layout;
import io.freehold.child.ChildJvm;
import io.freehold.child.InstallPrograms;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What can happen only once in a JVM, in JVMs of their own.
 */
class GlobalInstallTests {

	@Test
	@DisplayName("G04 the installed backend sees every call, and only those made through Global")
	void install_beforeFirstUse_seesAllCalls() throws Exception {
		ChildJvm jvm = ChildJvm.run(InstallPrograms.InstallFirst.class);
		assertThat(jvm.err()).isEmpty();
		assertThat(jvm.out()).hasLineCount(5);
		assertThat(jvm.out().lines()).containsExactly("Optional.empty", "true", "[alloc(24,8), dealloc(24,8)]",
				"[alloc_zeroed(24,8), realloc(24,8,->32), dealloc(32,8)]", "[] [alloc(24,8), dealloc(24,8)]");
		assertThat(jvm.exitValue()).isZero();
	}

	@Test
	@DisplayName("G07 a second installation is refused, naming both backends")
	void install_twice_refusedNamingBoth() throws Exception {
		ChildJvm jvm = ChildJvm.run(InstallPrograms.InstallTwice.class);
		assertThat(jvm.err()).isEmpty();
		assertThat(jvm.out().lines())
			.containsExactly("Global: could not install backend second (backend first is installed or in use already, "
					+ "and can be chosen only once per JVM)", "first");
	}

	@Test
	@DisplayName("G07 of many threads that install and use, one decides for all")
	void install_manyThreads_oneDecides() throws Exception {
		ChildJvm jvm = ChildJvm.run(InstallPrograms.Race.class);
		assertThat(jvm.err()).isEmpty();
		assertThat(jvm.out()).isEqualTo("1 true true");
	}

	@Test
	@DisplayName("G09 without an installation the first use latches system, holding the allocator does not")
	void firstUse_nothingInstalled_latchesSystem() throws Exception {
		ChildJvm jvm = ChildJvm.run(InstallPrograms.UseFirst.class);
		assertThat(jvm.err()).isEmpty();
		assertThat(jvm.out().lines()).containsExactly("Global Global 8", "Optional.empty", "system",
				"Global: could not install backend mine (backend system is installed or in use already, "
						+ "and can be chosen only once per JVM)");
	}

	@Test
	@DisplayName("G13 a hook may end the program in its own way")
	void handleAllocError_hookExits_itsExit() throws Exception {
		ChildJvm jvm = ChildJvm.run(InstallPrograms.HookExits.class);
		assertThat(jvm.out()).isEqualTo("no Layout[size=4096, alignment=8]");
		assertThat(jvm.err()).isEmpty();
		assertThat(jvm.exitValue()).isZero();
	}

	@Test
	@DisplayName("G11 uncaught, an allocation error ends the program with the message")
	void handleAllocError_uncaught_exitsWithMessage() throws Exception {
		ChildJvm jvm = ChildJvm.run(InstallPrograms.Dies.class);
		assertThat(jvm.exitValue()).isNotZero();
		assertThat(jvm.err()).contains("java.lang.OutOfMemoryError: memory allocation of 42 bytes failed");
	}

	@Test
	@DisplayName("G12 the trace names the caller")
	void handleAllocError_trace_namesCaller() throws Exception {
		ChildJvm jvm = ChildJvm.run(InstallPrograms.Dies.class);
		assertThat(jvm.err()).contains("at io.freehold.child.InstallPrograms$Dies.main(InstallPrograms.java:");
	}

	@Test
	@DisplayName("C11 without native access the error names the option to set")
	void nativeAccess_denied_namesOption() throws Exception {
		ChildJvm jvm = ChildJvm.runWith(InstallPrograms.UsesMemory.class, List.of("--illegal-native-access=deny"));
		assertThat(jvm.exitValue()).isNotZero();
		assertThat(jvm.err()).contains("--enable-native-access=ALL-UNNAMED").contains("system");
		ChildJvm granted = ChildJvm.runWith(InstallPrograms.UsesMemory.class,
				List.of("--illegal-native-access=deny", "--enable-native-access=ALL-UNNAMED"));
		assertThat(granted.err()).isEmpty();
		assertThat(granted.out()).isEqualTo("system");
	}

	@Test
	@DisplayName("G06 as a module the same works, and the option names the module")
	void nativeAccess_module_namesModule() throws Exception {
		Path main = Path.of(Layout.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		Path tests = Path.of(ChildJvm.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		List<String> rest = List.of("--module-path", main.toString(), "--add-modules", "io.freehold.core", "-cp",
				tests.toString(), InstallPrograms.UsesMemory.class.getName());
		ChildJvm denied = ChildJvm
			.start(Stream.concat(Stream.of("--illegal-native-access=deny"), rest.stream()).toList());
		assertThat(denied.exitValue()).isNotZero();
		assertThat(denied.err()).contains("--enable-native-access=io.freehold.core").contains("system");
		ChildJvm granted = ChildJvm.start(Stream
			.concat(Stream.of("--illegal-native-access=deny", "--enable-native-access=io.freehold.core"), rest.stream())
			.toList());
		assertThat(granted.err()).isEmpty();
		assertThat(granted.out()).isEqualTo("system");
	}

}
