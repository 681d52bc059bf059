package options

import (
	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

// Logger makes the log that the flags ask for. Its level can be changed while it is in use: see serving.
func (o *Options) Logger() logr.Logger {
	return zap.New(zap.Level(o.level), func(z *zap.Options) {
		z.Development = false
		if o.LogFormat == "text" {
			zap.ConsoleEncoder()(z)
		}
	})
}
