package io.freehold.pool;

import java.nio.file.Path;
import java.util.List;

import io.freehold.Layout;
import io.freehold.child.ChildJvm;
import io.freehold.child.DeniedPrograms;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The pooled backend where native access is denied, in JVMs of their own: everything
 * works, and one warning says what is lost.
 */
class DeniedNativeAccessTests {

	private static final String DENIED = "--illegal-native-access=deny";

	@ParameterizedTest
	@ValueSource(classes = { DeniedPrograms.ThroughGlobal.class, DeniedPrograms.ThroughManaged.class,
			DeniedPrograms.ThroughRegions.class, DeniedPrograms.ResizesAgainstClose.class,
			DeniedPrograms.GrowsAtEndOfChunk.class, DeniedPrograms.GivesBackLate.class })
	void program_nativeAccessDenied_worksAndWarnsOnce(Class<?> program) throws Exception {
		ChildJvm jvm = ChildJvm.runWith(program, List.of(DENIED));
		assertThat(jvm.out()).as(jvm.err()).isEqualTo("nothing left");
		assertThat(jvm.exitValue()).isZero();
		assertThatOneWarningNames("--enable-native-access=ALL-UNNAMED", jvm.err());
	}

	@Test
	void create_askedForTwice_warnsOnce() throws Exception {
		ChildJvm jvm = ChildJvm.runWith(DeniedPrograms.AsksTwice.class, List.of(DENIED));
		assertThat(jvm.out()).as(jvm.err()).isEqualTo("pooled");
		assertThatOneWarningNames("--enable-native-access=ALL-UNNAMED", jvm.err());
	}

	@Test
	void create_nativeAccessGranted_doesNotWarn() throws Exception {
		ChildJvm jvm = ChildJvm.runWith(DeniedPrograms.AsksTwice.class,
				List.of(DENIED, "--enable-native-access=ALL-UNNAMED"));
		assertThat(jvm.err()).isEmpty();
		assertThat(jvm.out()).isEqualTo("pooled");
	}

	@Test
	void create_moduleIsDenied_warningNamesModule() throws Exception {
		String main = Path.of(Layout.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
		ChildJvm jvm = ChildJvm.start(List.of(DENIED, "--module-path", main, "--add-modules", "io.freehold.core", "-cp",
				System.getProperty("java.class.path"), DeniedPrograms.AsksTwice.class.getName()));
		assertThat(jvm.out()).as(jvm.err()).isEqualTo("pooled");
		assertThatOneWarningNames("--enable-native-access=io.freehold.core", jvm.err());
	}

	private static void assertThatOneWarningNames(String option, String err) {
		List<String> warnings = err.lines().filter((line) -> line.contains("WARNING")).toList();
		assertThat(warnings).as(err).hasSize(1);
		assertThat(warnings.getFirst()).startsWith("WARNING: native access is denied to Freehold: ")
			.contains("memory comes from arenas of the JDK",
					"stays accessible after its allocator or region has closed")
			.endsWith("start java with " + option + " to have it all");
	}

}
