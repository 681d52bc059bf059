package options

import (
	"net/http"
	"net/http/pprof"

	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"dataroom.dev/intralinks-operator/internal/guard"
)

const (
	// LogLevelPath is where the level of the log is read (GET) and changed (PUT, with the form level=debug).
	LogLevelPath = "/debug/log-level"
	// ProfilingPath is below what the profiles are served, as net/http/pprof has them.
	ProfilingPath = "/debug/pprof/"
)

// serving is what stands at the address of the metrics. All of it is guarded alike: the API server is asked who
// somebody is and whether they may do what they ask for.
func (o *Options) serving() metricsserver.Options {
	options := metricsserver.Options{
		BindAddress:   o.MetricsAddress,
		SecureServing: o.MetricsSecure,
		ExtraHandlers: map[string]http.Handler{LogLevelPath: o.level},
	}
	if o.MetricsSecure {
		options.FilterProvider = guard.Filter
	} else {
		// Whoever reaches the address may read; nobody may change anything.
		options.ExtraHandlers = map[string]http.Handler{}
	}
	if o.Profiling {
		for path, handler := range map[string]http.HandlerFunc{
			ProfilingPath: pprof.Index, ProfilingPath + "cmdline": pprof.Cmdline, ProfilingPath + "profile": pprof.Profile,
			ProfilingPath + "symbol": pprof.Symbol, ProfilingPath + "trace": pprof.Trace,
		} {
			options.ExtraHandlers[path] = handler
		}
	}
	return options
}
