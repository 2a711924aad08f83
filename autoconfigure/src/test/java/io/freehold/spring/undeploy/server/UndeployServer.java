package io.freehold.spring.undeploy.server;

import java.nio.file.Path;

import org.apache.catalina.Context;
import org.apache.catalina.Host;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.ContextConfig;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.scan.StandardJarScanFilter;
import org.apache.tomcat.util.scan.StandardJarScanner;

/**
 * A Tomcat in which a WAR is deployed, used, and undeployed again and again, with the
 * same threads.
 */
final class UndeployServer {

	private final Tomcat tomcat = new Tomcat();

	private final Trace trace = new Trace();

	private UndeployServer() {
	}

	/**
	 * Runs the server.
	 * @param arguments the folder of the WAR, the folder of the server, how many rounds
	 */
	public static void main(String[] arguments) throws Exception {
		UndeployServer server = new UndeployServer();
		server.start(Path.of(arguments[1]));
		int rounds = Integer.parseInt(arguments[2]);
		int pending = 0;
		for (int i = 0; i < rounds; i++) {
			pending += server.round(Path.of(arguments[0])) ? 1 : 0;
		}
		System.out.println("pending closes: " + pending);
		server.trace.print();
		server.tomcat.stop();
		server.tomcat.destroy();
	}

	private void start(Path folder) throws Exception {
		this.tomcat.setBaseDir(folder.toString());
		this.tomcat.setPort(0);
		String threads = Integer.toString(Requests.CLIENTS);
		this.tomcat.getConnector().setProperty("maxThreads", threads);
		this.tomcat.getConnector().setProperty("minSpareThreads", threads);
		this.tomcat.getHost();
		this.tomcat.start();
	}

	/** Returns whether closes were pending when the application had gone. */
	private boolean round(Path war) throws Exception {
		Host host = this.tomcat.getHost();
		host.addChild(context(war));
		Requests.make("http://localhost:" + this.tomcat.getConnector().getLocalPort() + "/app/");
		Context context = (Context) host.findChild("/app");
		this.trace.add(context.getLoader().getClassLoader());
		host.removeChild(context);
		return Outside.release();
	}

	private static StandardContext context(Path war) {
		StandardContext context = new StandardContext();
		context.setName("/app");
		context.setPath("/app");
		context.setDocBase(war.toString());
		ContextConfig config = new ContextConfig();
		config.setDefaultWebXml("org/apache/catalina/startup/NO_DEFAULT_XML");
		context.addLifecycleListener(config);
		// all classes of all jars are looked at otherwise
		StandardJarScanFilter filter = new StandardJarScanFilter();
		filter.setDefaultPluggabilityScan(false);
		filter.setDefaultTldScan(false);
		filter.setPluggabilityScan("spring-web-*.jar");
		StandardJarScanner scanner = new StandardJarScanner();
		scanner.setScanClassPath(false);
		scanner.setJarScanFilter(filter);
		context.setJarScanner(scanner);
		return context;
	}

}
