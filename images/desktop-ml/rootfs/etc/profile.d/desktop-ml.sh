# A login shell starts from a bare PATH.
case ":$PATH:" in *:/opt/ml/bin:*) ;; *) PATH=/opt/ml/bin:$PATH:/usr/local/cuda/bin ;; esac
