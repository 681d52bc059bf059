package options

import (
	"testing"

	. "github.com/onsi/gomega"
)

func TestWhatStandsBesideTheMetrics(t *testing.T) {
	for _, tt := range []struct {
		name    string
		args    []string
		guarded bool
		paths   []string
	}{
		{"by default", nil, true, []string{LogLevelPath}},
		{"with profiles", []string{"--pprof"}, true, []string{
			LogLevelPath, "/debug/pprof/", "/debug/pprof/cmdline", "/debug/pprof/profile", "/debug/pprof/symbol", "/debug/pprof/trace",
		}},
		{"open to anybody, who may change nothing", []string{"--metrics-secure=false"}, false, nil},
		{"nothing at all", []string{"--metrics-bind-address=0"}, true, []string{LogLevelPath}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := NewWithT(t)
			o, err := Parse("intralinks-operator", tt.args)
			g.Expect(err).NotTo(HaveOccurred())
			serving := o.serving()
			g.Expect(serving.SecureServing).To(Equal(tt.guarded))
			g.Expect(serving.FilterProvider != nil).To(Equal(tt.guarded))
			g.Expect(serving.BindAddress).To(Equal(o.MetricsAddress))
			var paths []string
			for path := range serving.ExtraHandlers {
				paths = append(paths, path)
			}
			g.Expect(paths).To(ConsistOf(tt.paths))
		})
	}
}
