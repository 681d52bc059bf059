package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// operatorUser is the account that config/rbac gives the operator's rights to. The demo's operator uses
// it too, so that a right which is missing there shows here.
const operatorUser = "system:serviceaccount:intralinks-operator-system:intralinks-operator"

// startTimeout is far above the few seconds that a start takes on an idle machine.
const startTimeout = 3 * time.Minute

// cluster is a Kubernetes API without nodes: enough for an operator that runs beside it.
type cluster struct {
	client             client.Client
	kubeconfig         string // of an administrator
	operatorKubeconfig string // of operatorUser
	kubectlPath        string
}

// startCluster starts etcd and kube-apiserver with both kinds installed.
func startCluster(ctx context.Context, s *stage, o settings) (*cluster, error) {
	environment := &envtest.Environment{
		CRDDirectoryPaths:        []string{filepath.Join(o.root, "config", "crd", "bases")},
		ErrorIfCRDPathMissing:    true,
		ControlPlaneStartTimeout: startTimeout,
		// Never a cluster that the user's kubeconfig happens to name.
		UseExistingCluster: new(false),
	}
	etcd, errEtcd := s.reaper.wrapped(filepath.Join(o.assets, "etcd"))
	apiServer, errAPIServer := s.reaper.wrapped(filepath.Join(o.assets, "kube-apiserver"))
	if err := errors.Join(errEtcd, errAPIServer); err != nil {
		return nil, err
	}
	environment.ControlPlane.KubectlPath = filepath.Join(o.assets, "kubectl")
	environment.ControlPlane.Etcd = &envtest.Etcd{Path: etcd}
	environment.ControlPlane.GetAPIServer().Path = apiServer

	s.onStop(func() error {
		err := environment.Stop()
		s.reaper.forget("etcd")
		s.reaper.forget("kube-apiserver")
		return err
	})
	config, err := environment.Start()
	if err != nil {
		return nil, fmt.Errorf("start etcd and kube-apiserver of %s: %w", o.assets, err)
	}
	c := &cluster{
		kubeconfig:         filepath.Join(s.folder, "kubeconfig"),
		operatorKubeconfig: filepath.Join(s.folder, "operator.kubeconfig"),
		kubectlPath:        environment.ControlPlane.KubectlPath,
	}
	if err := c.writeKubeconfigs(environment); err != nil {
		return nil, err
	}
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	if c.client, err = client.New(config, client.Options{Scheme: scheme}); err != nil {
		return nil, err
	}
	return c, ctx.Err()
}

func (c *cluster) writeKubeconfigs(environment *envtest.Environment) error {
	if err := os.WriteFile(c.kubeconfig, environment.KubeConfig, 0o600); err != nil {
		return err
	}
	user, err := environment.AddUser(envtest.User{Name: operatorUser}, nil)
	if err != nil {
		return fmt.Errorf("create the operator's account: %w", err)
	}
	kubeconfig, err := user.KubeConfig()
	if err != nil {
		return err
	}
	return os.WriteFile(c.operatorKubeconfig, kubeconfig, 0o600)
}
