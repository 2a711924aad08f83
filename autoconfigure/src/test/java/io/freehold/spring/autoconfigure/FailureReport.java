package io.freehold.spring.autoconfigure;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What is printed when an application does not start.
 */
final class FailureReport {

	private FailureReport() {
	}

	/**
	 * Tries to start an application and returns the report, from its description on.
	 */
	static String of(CapturedOutput output, SpringApplicationBuilder application, String... properties) {
		String[] arguments = new String[properties.length];
		for (int i = 0; i < properties.length; i++) {
			arguments[i] = "--" + properties[i];
		}
		assertThatException().isThrownBy(() -> application.run(arguments));
		String all = output.getAll().replace("\r\n", "\n");
		assertThat(all).contains("Description:");
		return all.substring(all.lastIndexOf("Description:")).strip();
	}

}
