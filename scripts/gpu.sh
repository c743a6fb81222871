#!/usr/bin/env bash
# What is trained and measured on a GPU, see docs/gpu.md:  scripts/gpu.sh [mini] [ways] [mfu] [prefix]
# Each step ends inside of ten minutes, needs none of the others, and leaves its results in OUT, at most eight files of
# less than 16 MB in all. What a step has trained stays in WORK, where it resumes after a stop.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

: "${PYTHON:=python3}" "${DEVICE:=cuda}" "${OUT:=gpu-results}" "${WORK:=gpu-work}" "${SEED:=0}"
: "${DATA:=scenes/train}"       # scenes to learn from
: "${MINI:=--preset mini --conditioning ureca-close-up}" "${MINI_SECONDS:=570}"
: "${WAYS:=none crop contour box_text vip_blend mask_pool ureca ureca-moments ureca-close-up}"
: "${WAYS_OPTIONS:=--preset nano}" "${WAYS_SECONDS:=500}" "${WAYS_AT_ONCE:=1}" "${TEST_IMAGES:=50}"
: "${MFU:=--shapes internvl3-8b}" "${MFU_SECONDS:=75}"
: "${PREFIX:=}"                 # more words for speed.shared_prefix_speed; --checkpoint is the newest mini in WORK

# The lead model, from start to saved weights
mini() {
    timeout --signal=INT --kill-after=10 $((MINI_SECONDS + 20)) \
        $PYTHON -m baselines.train $MINI --data "$DATA" --seed "$SEED" --time-budget "$MINI_SECONDS" --out "$WORK/mini"
    local status=$? checkpoint
    checkpoint=$(newest_checkpoint)
    [ -n "$checkpoint" ] && cp "$checkpoint"/*.safetensors "$OUT/"
    pack mini
    return $status
}

# The paper's Table 2, controlled: the same data, steps and seconds for every way of pointing
ways() {
    local rounds each status=0 deadline=$((SECONDS + WAYS_SECONDS))
    local sweep="$PYTHON -m baselines.training.sweep strategies $WAYS_OPTIONS --seed $SEED"
    $PYTHON -m baselines.training.draw --split test --images "$TEST_IMAGES" --out "$WORK/test" || return
    sweep+=" --data $DATA --test $WORK/test --test-images $TEST_IMAGES --out $WORK/ways"
    local only=()
    for way in $WAYS; do only+=(--only "$way"); done
    if [ "$WAYS_AT_ONCE" -gt 1 ]; then
        rounds=$(((${#only[@]} / 2 + WAYS_AT_ONCE - 1) / WAYS_AT_ONCE))
        each=$(((deadline - SECONDS) / rounds))
        # shellcheck disable=SC2086
        printf '%s\n' $WAYS | xargs -P "$WAYS_AT_ONCE" -I{} $sweep --only {} --time-budget "$each"
        deadline=$((SECONDS + 1)) # what is done is put together, what failed is tried once more and briefly
    fi
    timeout --signal=INT --kill-after=10 $((deadline - SECONDS + 60)) \
        $sweep "${only[@]}" --time-budget $((deadline - SECONDS)) || status=$?
    [ -f "$WORK/ways/results.md" ] && cp "$WORK/ways/results.md" "$OUT/ways.md"
    pack ways
    return $status
}

# The 8B shapes with random weights: samples/s, tokens/s, memory, MFU
mfu() {
    PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True timeout --kill-after=10 $((MFU_SECONDS + 75)) \
        $PYTHON -m speed.model_mfu $MFU --device "$DEVICE" --time-budget "$MFU_SECONDS" --out "$OUT/mfu.json"
}

# An image encoded once for all its regions, and recorded, against one region at a time
prefix() {
    local checkpoint
    checkpoint=$(newest_checkpoint)
    timeout --kill-after=10 120 \
        $PYTHON -m speed.shared_prefix_speed ${checkpoint:+--checkpoint "$checkpoint"} $PREFIX --device "$DEVICE" \
        --out "$OUT/shared-prefix.json"
}

newest_checkpoint() {
    find "$WORK/mini" -path '*/checkpoint/config.json' -printf '%T@ %h\n' 2>/dev/null | sort -n | tail -1 | cut -d' ' -f2-
}

# What a step has left but weights and states: logs, settings, tokenizer, predictions
pack() {
    [ -d "$WORK/$1" ] && tar -C "$WORK" --exclude='*.safetensors' --exclude='state*' -czf "$OUT/$1.tar.gz" "$1"
}

mkdir -p "$OUT" "$WORK" || exit 1
failures=0
for step in "${@:-mini ways mfu prefix}"; do
    for name in $step; do
        case $name in
            mini | ways | mfu | prefix) ;;
            *) echo "no step $name: expected mini, ways, mfu or prefix" >&2 && exit 2 ;;
        esac
        start=$SECONDS
        "$name" || { echo "$name FAILED" >&2 && failures=$((failures + 1)); }
        echo "$name: $((SECONDS - start)) s" >&2
    done
done
find "$OUT" -type f -size +16000k -exec echo "larger than 16 MB:" {} \; >&2
exit $((failures > 0))
