package testenv

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// CRDFolder returns config/crd/bases of the module that the test belongs to.
func CRDFolder(t testing.TB) string {
	t.Helper()
	folder, err := crdFolder()
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// crdFolder looks upwards from the working folder, which is the package's own while its tests run.
func crdFolder() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		candidate := filepath.Join(folder, "config", "crd", "bases")
		if info, err := os.Stat(candidate); err == nil && info.IsDir() {
			return candidate, nil
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", errors.New("no config/crd/bases in the working folder or above it: run the tests in the repository, after `make manifests`")
		}
		folder = parent
	}
}
