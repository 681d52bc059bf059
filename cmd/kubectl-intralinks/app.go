package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// app is what every command needs: the streams, and the way to the cluster that the flags and the kubeconfig tell.
type app struct {
	genericiooptions.IOStreams
	// Flags are those of kubectl: --kubeconfig, --context, --namespace, --as and so on.
	Flags *genericclioptions.ConfigFlags
	// Clock tells the time, in the zone in which times are shown.
	Clock clock.PassiveClock
}

func newApp(streams genericiooptions.IOStreams) *app {
	return &app{IOStreams: streams, Flags: genericclioptions.NewConfigFlags(true), Clock: clock.RealClock{}}
}

// shown are the flags of kubectl that the help names.
var shown = []string{"namespace", "context", "kubeconfig"}

func (a *app) addFlags(root *cobra.Command) {
	flags := root.PersistentFlags()
	a.Flags.AddFlags(flags)
	// As with kubectl, the help of a command is about the command.
	flags.VisitAll(func(flag *pflag.Flag) { flag.Hidden = !slices.Contains(shown, flag.Name) })
	flags.Lookup("namespace").Usage = "namespace to work in; default: that of the kubeconfig's context"
	flags.Lookup("context").Usage = "context of the kubeconfig to use; kubectl's other flags for cluster and user work, too"
	flags.Lookup("kubeconfig").Usage = "kubeconfig file to use; default: $KUBECONFIG, else ~/.kube/config"
	for flag, complete := range map[string]cobra.CompletionFunc{
		"namespace": a.completeNamespaces, "context": a.completeContexts,
	} {
		// It fails only for a flag that doesn't exist.
		if err := root.RegisterFlagCompletionFunc(flag, complete); err != nil {
			panic(err)
		}
	}
}

// restConfig of the cluster, as the user of the kubeconfig.
func (a *app) restConfig() (*rest.Config, error) {
	config, err := a.Flags.ToRESTConfig()
	if err != nil {
		return nil, noCluster(err)
	}
	raw, err := a.Flags.ToRawKubeConfigLoader().RawConfig()
	if err != nil {
		return nil, noCluster(err)
	}
	// Without anything said, the library goes for what a cluster of the distant past listened on.
	if len(raw.Clusters) == 0 && config.Host == "http://localhost:8080" && *a.Flags.APIServer == "" {
		return nil, noCluster(clientcmd.ErrEmptyConfig)
	}
	config = rest.CopyConfig(config)
	config.UserAgent = "kubectl-intralinks/" + version
	return config, nil
}

// connection is the way to the cluster, and the kinds that are spoken of there.
func (a *app) connection() (*rest.Config, *runtime.Scheme, error) {
	config, err := a.restConfig()
	if err != nil {
		return nil, nil, err
	}
	scheme := runtime.NewScheme()
	return config, scheme, errors.Join(clientgoscheme.AddToScheme(scheme), v1alpha1.AddToScheme(scheme))
}

// client reads and writes the API server directly, and can watch.
func (a *app) client() (client.WithWatch, error) {
	config, scheme, err := a.connection()
	if err != nil {
		return nil, err
	}
	return client.NewWithWatch(config, client.Options{Scheme: scheme})
}

// fieldName selects the object of a name.
func fieldName(name string) fields.Selector {
	return fields.OneTermEqualSelector("metadata.name", name)
}

// now by the person's own clock.
func (a *app) now() time.Time { return a.Clock.Now() }

// namespace that --namespace or the kubeconfig names.
func (a *app) namespace() (string, error) {
	namespace, _, err := a.Flags.ToRawKubeConfigLoader().Namespace()
	if err != nil {
		return "", noCluster(err)
	}
	return namespace, nil
}

// cluster is the client and the namespace, which most commands begin with.
func (a *app) cluster() (client.WithWatch, string, error) {
	namespace, err := a.namespace()
	if err != nil {
		return nil, "", err
	}
	c, err := a.client()
	return c, namespace, err
}

// findSync is the client, and the FolderSync of a name in the namespace.
func (a *app) findSync(ctx context.Context, name string) (client.WithWatch, *v1alpha1.FolderSync, error) {
	c, namespace, err := a.cluster()
	if err != nil {
		return nil, nil, err
	}
	sync, err := getSync(ctx, c, namespace, name)
	return c, sync, err
}

// getSync fetches a FolderSync, and says where to look where there is none.
func getSync(ctx context.Context, c client.Reader, namespace, name string) (*v1alpha1.FolderSync, error) {
	sync := &v1alpha1.FolderSync{}
	err := c.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, sync)
	if apierrors.IsNotFound(err) {
		return nil, failure(fmt.Sprintf("there is no FolderSync %q in namespace %s", name, namespace),
			"see which there are: kubectl intralinks status -n "+namespace)
	}
	return sync, err
}

// getIntegration fetches an IntralinksIntegration, and says where to look where there is none.
func getIntegration(ctx context.Context, c client.Reader, namespace, name string) (*v1alpha1.IntralinksIntegration, error) {
	integration := &v1alpha1.IntralinksIntegration{}
	err := c.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, integration)
	if apierrors.IsNotFound(err) {
		return nil, failure(fmt.Sprintf("there is no IntralinksIntegration %q in namespace %s", name, namespace),
			"see which there are: kubectl get intralinksintegrations -n "+namespace)
	}
	return integration, err
}
